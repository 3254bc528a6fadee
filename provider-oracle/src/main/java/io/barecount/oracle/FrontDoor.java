package io.barecount.oracle;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells the services apart, counts the calls, and lets them go wrong as they were told to. */
final class FrontDoor implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(FrontDoor.class.getName());
    private static final long HANGING_SECONDS = 60;
    private final List<Api> apis;
    private final Faults faults;
    private final Calls calls;
    private final Watch watch;
    private final CountDownLatch closing = new CountDownLatch(1);

    FrontDoor(List<Api> apis, Faults faults, Calls calls, Watch watch) {
        this.apis = apis;
        this.faults = faults;
        this.calls = calls;
        this.watch = watch;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = Request.read(exchange);
            var api = apis.stream()
                    .filter(candidate -> candidate.takes(request))
                    .findFirst()
                    .orElseThrow();
            var operation = api.operation(request);
            var id = UUID.randomUUID().toString();
            if (operation == null) {
                var what = request.method() + " " + request.path() + " " + request.header("X-Amz-Target");
                LOG.log(Level.WARNING, "the oracle doesn't know {0}", what);
                api.error(new ApiError(501, "NotImplemented", "the oracle doesn't know " + what), id)
                        .send(exchange);
                return;
            }
            calls.count(operation);
            watch.on(operation, Watch.Moment.ARRIVED);
            var call = new Call(request, operation, faults.take(operation), faults.lag(), faults.failureReason(), id);
            serve(api, call, exchange);
            watch.on(operation, Watch.Moment.ANSWERED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Api api, Call call, HttpExchange exchange) throws IOException, InterruptedException {
        switch (call.fault()) {
            case REFUSE_BEFORE -> exchange.close();
            case HTTP_500, THROTTLE, ACCESS_DENIED, QUOTA ->
                refused(api, call, call.fault()).send(exchange);
            case HTTP_500_AFTER -> {
                answer(api, call);
                refused(api, call, Fault.HTTP_500).send(exchange);
            }
            case LOSE_RESPONSE -> {
                answer(api, call);
                exchange.close();
            }
            case MALFORMED -> answer(api, call).garbled().send(exchange);
            case HANG -> {
                answer(api, call);
                closing.await(HANGING_SECONDS, TimeUnit.SECONDS);
                exchange.close();
            }
            case NONE, DOUBLE_DELIVERY, LAGGING, FORGET, EMPTY_FAILURES ->
                answer(api, call).send(exchange);
        }
    }

    private static Answer refused(Api api, Call call, Fault fault) {
        return api.error(api.refusal(fault, call.operation()), call.id());
    }

    private Answer answer(Api api, Call call) {
        try {
            var answer = api.answer(call);
            watch.on(call.operation(), Watch.Moment.ACTED);
            return answer;
        } catch (ApiError e) {
            return api.error(e, call.id());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the oracle failed in " + call.operation().api(), e);
            return api.error(new ApiError(500, "OracleFailure", e.toString()), call.id());
        }
    }

    /** Lets go of all who hang. */
    void close() {
        closing.countDown();
    }
}
