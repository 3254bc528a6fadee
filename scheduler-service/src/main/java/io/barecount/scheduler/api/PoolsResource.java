package io.barecount.scheduler.api;

import io.barecount.access.Allow;
import io.barecount.scheduler.pool.PoolState;
import io.barecount.scheduler.store.Pools;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** Pools, the runners of one type in one boundary: their desired capacity, and what it is for. */
@Path("/pools")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class PoolsResource {
    private final Pools pools;

    PoolsResource(Pools pools) {
        this.pools = pools;
    }

    record Listed(List<PoolState> pools) {}

    @GET
    @Allow(in = Allow.Scope.PLATFORM)
    public Listed list() {
        return new Listed(pools.all());
    }
}
