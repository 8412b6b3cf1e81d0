//! AWS's error codes and HTTP statuses by kind.

use rolesweep_model::ErrorKind;

/// AWS's error codes by kind. Other codes are classified by their HTTP status.
///
/// The throttling codes are the SDK's own list. The others come from the services' models, and from
/// codes that IAM, STS and Organizations send but do not list in their models.
const CODES: &[(ErrorKind, &[&str])] = &[
    (
        ErrorKind::Denied,
        &[
            "AccessDenied",
            "AccessDeniedException",
            "AccessDeniedForDependencyException",
            "UnauthorizedOperation",
        ],
    ),
    (ErrorKind::Expired, &["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]),
    (
        ErrorKind::NoCredentials,
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
        ErrorKind::Throttled,
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
        ErrorKind::Transient,
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
        ErrorKind::Gone,
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
        ErrorKind::Refused,
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

pub(crate) fn kind_of_code(code: &str) -> Option<ErrorKind> {
    CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(kind, _)| *kind)
}

pub(crate) fn kind_of_status(status: u16) -> ErrorKind {
    match status {
        200..=299 => ErrorKind::Malformed,
        401 | 403 => ErrorKind::Denied,
        408 | 500.. => ErrorKind::Transient,
        429 => ErrorKind::Throttled,
        _ => ErrorKind::Refused,
    }
}
