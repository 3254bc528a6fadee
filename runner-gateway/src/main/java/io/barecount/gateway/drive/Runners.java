package io.barecount.gateway.drive;

import io.barecount.contracts.manifest.RunnerType;
import io.barecount.gateway.runner.Runner;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The runners that there are, by type. */
@ApplicationScoped
class Runners {
    private final Map<RunnerType, Runner> byType = new EnumMap<>(RunnerType.class);

    Runners(Instance<Runner> all) {
        all.forEach(runner -> byType.put(runner.type(), runner));
    }

    /** Empty if agents execute attempts of that type. */
    Optional<Runner> find(RunnerType type) {
        return Optional.ofNullable(byType.get(type));
    }

    /** @throws IllegalStateException if there is none: agents execute attempts of that type */
    Runner of(RunnerType type) {
        return find(type).orElseThrow(() -> new IllegalStateException("no provider fulfils runners of type " + type));
    }
}
