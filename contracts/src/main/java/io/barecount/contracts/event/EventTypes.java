package io.barecount.contracts.event;

import io.barecount.contracts.Topic;
import io.barecount.contracts.checkpoint.CheckpointEvent;
import io.barecount.contracts.control.ControlEvent;
import io.barecount.contracts.decision.DecisionEvent;
import io.barecount.contracts.dispatch.DispatchEvent;
import io.barecount.contracts.execution.ExecutionEvent;
import io.barecount.contracts.governance.GovernanceEvent;
import io.barecount.contracts.manifest.ManifestEvent;
import io.barecount.contracts.run.RunEvent;
import io.barecount.contracts.submission.SubmissionEvent;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The CloudEvents type of each event of each topic, read off the sealed families so that nobody keeps a second list: {@code
 * barecount.decisions.permitted} is {@link DecisionEvent.Permitted}.
 */
public final class EventTypes {
    private static final Map<Topic, Class<?>> FAMILIES = families();
    private static final Map<String, Class<?>> CLASS_OF_TYPE = new HashMap<>();
    private static final Map<Class<?>, String> TYPE_OF_CLASS = new HashMap<>();
    private static final Map<Class<?>, Topic> TOPIC_OF_CLASS = new HashMap<>();

    static {
        FAMILIES.forEach((topic, family) -> Arrays.stream(family.getPermittedSubclasses())
                .forEach(event -> {
                    var type = topic.topicName() + "." + event.getSimpleName().toLowerCase(Locale.ROOT);
                    CLASS_OF_TYPE.put(type, event);
                    TYPE_OF_CLASS.put(event, type);
                    TOPIC_OF_CLASS.put(event, topic);
                }));
    }

    private EventTypes() {}

    private static Map<Topic, Class<?>> families() {
        var families = new EnumMap<Topic, Class<?>>(Topic.class);
        for (var topic : Topic.values()) {
            families.put(
                    topic,
                    switch (topic) {
                        case SUBMISSIONS -> SubmissionEvent.class;
                        case MANIFESTS -> ManifestEvent.class;
                        case DECISIONS -> DecisionEvent.class;
                        case GOVERNANCE -> GovernanceEvent.class;
                        case CONTROLS -> ControlEvent.class;
                        case DISPATCHES -> DispatchEvent.class;
                        case EXECUTIONS -> ExecutionEvent.class;
                        case RUNS -> RunEvent.class;
                        case CHECKPOINTS -> CheckpointEvent.class;
                    });
        }
        return families;
    }

    /** The sealed family whose members a topic carries. */
    public static Class<?> family(Topic topic) {
        return FAMILIES.get(topic);
    }

    public static Optional<Class<?>> classOf(String type) {
        return Optional.ofNullable(CLASS_OF_TYPE.get(type));
    }

    /** @throws IllegalArgumentException if the class is no event of any topic */
    public static String typeOf(Class<?> event) {
        var type = TYPE_OF_CLASS.get(event);
        if (type == null) {
            throw new IllegalArgumentException(event + " is no event of any topic");
        }
        return type;
    }

    /** @throws IllegalArgumentException if the class is no event of any topic */
    public static Topic topicOf(Class<?> event) {
        typeOf(event);
        return TOPIC_OF_CLASS.get(event);
    }

    /** All types, for documentation and for tests that walk them. */
    public static Map<String, Class<?>> all() {
        return Map.copyOf(CLASS_OF_TYPE);
    }
}
