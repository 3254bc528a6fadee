package io.barecount.oracle;

/** One service in its own protocol. */
interface Api {
    boolean takes(Request request);

    /** Null for a call that this service, as far as the oracle knows it, doesn't have. */
    Operation operation(Request request);

    /**
     * Does the work.
     *
     * @throws ApiError if the service refuses
     */
    Answer answer(Call call);

    /** The service's own error for {@link Fault#HTTP_500}, {@code THROTTLE}, {@code ACCESS_DENIED} and {@code QUOTA}. */
    ApiError refusal(Fault fault, Operation operation);

    Answer error(ApiError error, String requestId);
}
