package io.barecount.gateway.aws;

import io.barecount.contracts.manifest.FailureClass;
import io.barecount.gateway.runner.CannotStart;
import io.barecount.gateway.runner.Runner;
import io.barecount.gateway.runner.StartOutcome;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What a failed call means: whether something may have been started, whether it is worth repeating, and what to do about it. */
final class Failures {
    /** Besides what the SDK takes for throttling: refused for now, nothing was started (API references of ECS, EC2, Glue and Lambda). */
    private static final Set<String> FOR_NOW = Set.of(
            "LimitExceededException",
            "ServiceQuotaExceededException",
            "ConcurrentRunsExceededException",
            "ResourceNumberLimitExceededException",
            "ResourceConflictException",
            "ResourceNotReadyException",
            "CodeStorageExceededException",
            "EC2ThrottledException",
            "ENILimitReachedException",
            "SubnetIPAddressLimitReachedException",
            "InsufficientInstanceCapacity",
            "InsufficientFreeAddressesInSubnet",
            "InstanceLimitExceeded",
            "VcpuLimitExceeded",
            "MaxSpotInstanceCountExceeded");

    private static final Set<String> DENIED = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "ExpiredToken",
            "ExpiredTokenException",
            "AuthFailure",
            "InvalidClientTokenId");

    private Failures() {}

    /** Of a call that starts an attempt. */
    static StartOutcome outcome(Throwable failure) {
        var cause = unwrapped(failure);
        if (cause instanceof AwsServiceException service) {
            if (isForNow(service)) {
                return new StartOutcome.Busy(said(service));
            }
            if (service.statusCode() >= 400 && service.statusCode() < 500) {
                return new StartOutcome.Refused(said(service) + advice(service));
            }
            return new StartOutcome.Unknown(said(service));
        }
        if (wasNeverSent(cause)) {
            return new StartOutcome.Busy("the provider can't be reached: " + cause.getMessage());
        }
        return new StartOutcome.Unknown("no usable answer: " + cause.getMessage());
    }

    /** Of a call that failed before it was sent: certainly nothing was started. */
    static StartOutcome outcomeOfUnsent(Throwable failure) {
        return outcome(failure) instanceof StartOutcome.Refused refused
                ? refused
                : new StartOutcome.Busy(message(failure));
    }

    /** Of a call that starts nothing. @throws Runner.Busy if it may do better later */
    static CannotStart inPreparing(String what, Throwable failure) throws Runner.Busy {
        var cause = unwrapped(failure);
        if (cause instanceof AwsServiceException service && !isForNow(service) && service.statusCode() < 500) {
            return new CannotStart(FailureClass.NOT_STARTED, what + ": " + said(service) + advice(service), cause);
        }
        throw new Runner.Busy(what + ": " + message(cause), cause);
    }

    /** Whether the same call may be answered later. */
    static boolean isPassing(Throwable failure) {
        return !(unwrapped(failure) instanceof AwsServiceException service)
                || isForNow(service)
                || service.statusCode() >= 500;
    }

    static boolean isCode(Throwable failure, String... codes) {
        return unwrapped(failure) instanceof AwsServiceException service
                && service.awsErrorDetails() != null
                && Set.of(codes).contains(service.awsErrorDetails().errorCode());
    }

    static String message(Throwable failure) {
        var cause = unwrapped(failure);
        return cause instanceof AwsServiceException service ? said(service) : cause.getMessage();
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static boolean isForNow(AwsServiceException service) {
        return service.isThrottlingException()
                || service.statusCode() == 429
                || service.awsErrorDetails() != null
                        && FOR_NOW.contains(service.awsErrorDetails().errorCode());
    }

    private static boolean wasNeverSent(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return failure instanceof SdkClientException client
                && client.getMessage() != null
                && client.getMessage().contains("Unable to load credentials");
    }

    private static String said(AwsServiceException service) {
        var details = service.awsErrorDetails();
        return details == null || details.errorCode() == null
                ? "status " + service.statusCode()
                : details.errorCode() + ": " + details.errorMessage();
    }

    private static String advice(AwsServiceException service) {
        return service.awsErrorDetails() != null
                        && DENIED.contains(service.awsErrorDetails().errorCode())
                ? ". Give the gateway's role this permission, or give the gateway valid credentials"
                : "";
    }
}
