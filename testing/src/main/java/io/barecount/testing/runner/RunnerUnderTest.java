package io.barecount.testing.runner;

import io.barecount.contracts.AttemptId;
import io.barecount.contracts.RunId;
import io.barecount.contracts.decision.Boundary;
import io.barecount.contracts.manifest.Manifest;
import io.barecount.contracts.proof.SigningKey;
import java.util.EnumSet;
import java.util.Set;

/** One runner, on a provider that does as it is told here. */
public interface RunnerUnderTest {
    /** As a manifest asks for it. */
    Manifest.Runner runner();

    /** Makes a network for this run at the provider, which keeps to the boundary in everything. */
    Boundary boundary(RunId run);

    /** From now on a route of this network leads to the internet. */
    void openToTheInternet(Boundary boundary);

    /** Puts a file into the runners' storage. */
    void put(String path, String content);

    /** A file of the runners' storage; fails if there is none. */
    String get(String path);

    /** Signs permits that the gateway trusts. */
    SigningKey permitKey();

    /** What can happen. One that leaves a doubt for longer than half a minute, by the runner's design, is to be left out. */
    default Set<Mishap> mishaps() {
        return EnumSet.allOf(Mishap.class);
    }

    /** What happens to the provider's next call that starts something, after all that was said before. */
    void nextStart(Mishap mishap);

    /** How often the provider began to run something for this attempt. */
    long starts(AttemptId attempt);

    /** The provider loses all that it runs at present. */
    void loseWhatRuns();
}
