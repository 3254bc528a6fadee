package io.barecount.messaging;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.barecount.contracts.event.Json;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** A service's HTTP API writes JSON as its events do. */
class JsonMapping {
    @Produces
    @Singleton
    ObjectMapper mapper() {
        return Json.mapper();
    }
}
