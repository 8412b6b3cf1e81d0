//! AWS's error codes and HTTP statuses by class.

use crate::errors::class::ErrorClass;

/// AWS's error codes by class. What is not here goes by the HTTP status.
///
/// The throttling codes are the SDK's own list; the others come from the services' models and from what IAM, STS and
/// Organizations answer without modelling it.
const CODES: &[(ErrorClass, &[&str])] = &[
    (
        ErrorClass::Denied,
        &[
            "AccessDenied",
            "AccessDeniedException",
            "AccessDeniedForDependencyException",
            "UnauthorizedOperation",
        ],
    ),
    (ErrorClass::Expired, &["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]),
    (
        ErrorClass::NoCredentials,
        &[
            "AuthFailure",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        ],
    ),
    (
        ErrorClass::Throttled,
        &[
            "BandwidthLimitExceeded",
            "EC2ThrottledException",
            "LimitExceededException",
            "PriorRequestNotComplete",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "ThrottledException",
            "Throttling",
            "ThrottlingException",
            "TooManyRequestsException",
            "TransactionInProgressException",
        ],
    ),
    (
        ErrorClass::Transient,
        &[
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            // The request's date stamp is off by more than 15 minutes, says IAM API reference, "Common Errors": the clock's doing, or that of
            // something that held the request up, and not the credentials'.
            "RequestExpired",
            "RequestTimeTooSkewed",
            "RequestTimeout",
            "RequestTimeoutException",
            "ServiceException",
            "ServiceFailure",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        ],
    ),
    (
        ErrorClass::Gone,
        &[
            "AccountNotFoundException",
            "NoSuchEntity",
            "NoSuchEntityException",
            "OrganizationalUnitNotFoundException",
            "ParentNotFoundException",
            "RootNotFoundException",
        ],
    ),
    (
        ErrorClass::Refused,
        &[
            "AWSOrganizationsNotInUseException",
            "InvalidAction",
            "InvalidInput",
            "InvalidInputException",
            "MalformedPolicyDocument",
            "OptInRequired",
            "PackedPolicyTooLarge",
            "RegionDisabledException",
            "UnsupportedAPIEndpointException",
            "ValidationError",
            "ValidationException",
        ],
    ),
];

pub(crate) fn class_of_code(code: &str) -> Option<ErrorClass> {
    CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(class, _)| *class)
}

pub(crate) fn class_of_status(status: u16) -> ErrorClass {
    match status {
        200..=299 => ErrorClass::Malformed,
        401 | 403 => ErrorClass::Denied,
        408 | 500.. => ErrorClass::Transient,
        429 => ErrorClass::Throttled,
        _ => ErrorClass::Refused,
    }
}
