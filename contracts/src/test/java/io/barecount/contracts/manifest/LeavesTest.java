package io.barecount.contracts.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.barecount.contracts.event.Json;
import org.junit.jupiter.api.Test;

class LeavesTest {
    @Test
    void everyValueHasItsPointerAndNullIsNone() {
        var tree = Json.read(
                "{\"a\":{\"x/y\":1,\"~\":null,\"none\":{}},\"b\":[\"p\",{\"q\":true}],\"c\":[]}", JsonNode.class);

        assertThat(Leaves.of(tree).entrySet().stream().map(leaf -> leaf.getKey() + "=" + leaf.getValue()))
                .containsExactly("/a/x~1y=1", "/a/none={}", "/b/0=\"p\"", "/b/1/q=true", "/c=[]");
    }

    @Test
    void aChangeBelongsToAPartOfTheManifest() {
        assertThat(new Change("/spec/runner/lambda/memoryMiB", null, null).part())
                .isEqualTo("runner");
        assertThat(new Change("/metadata/name", null, null).part()).isEqualTo("metadata");
        assertThat(new Change("/kind", null, null).part()).isEqualTo("kind");
    }
}
