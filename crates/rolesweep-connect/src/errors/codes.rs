//! AWS's error codes and HTTP statuses by class.

use crate::errors::class::ErrorClass;

/// AWS's error codes by class. Other codes are classified by their HTTP status.
///
/// The throttling codes are the SDK's own list. The others come from the services' models, and from
/// codes that IAM, STS and Organizations send but do not list in their models.
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
            // IAM API reference, "Common Errors": the request's date stamp is off by more than 15
            // minutes. The clock, or something that delayed the request, causes this, and not the
            // credentials.
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
