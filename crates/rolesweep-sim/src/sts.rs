//! AWS Security Token Service: the caller's identity, and sessions of roles.

use crate::credentials::{SessionLimits, session_end};
use crate::dispatch::{Call, Form, Service, unknown_action};
use crate::error::ServiceError;
use crate::policy::{Context, Decision, Policy, trusts};
use crate::world::AccountView;
use crate::xml::Xml;

pub(crate) fn answer(call: &Call<'_>, operation: &str, form: &Form) -> Result<String, ServiceError> {
    match operation {
        "GetCallerIdentity" => Ok(caller_identity(call)),
        "AssumeRole" => assume_role(call, form),
        _ => {
            call.authorize(Service::Sts, &format!("sts:{operation}"), "*", "*")?;
            Err(unknown_action(operation, "2011-06-15"))
        }
    }
}

pub(crate) fn account_of(role_arn: &str) -> Option<&str> {
    RoleName::parse(role_arn).map(|role| role.account)
}

/// The parts of a role's ARN.
struct RoleName<'a> {
    partition: &'a str,
    account: &'a str,
    path: &'a str,
    name: &'a str,
}

impl<'a> RoleName<'a> {
    fn parse(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let (Some("arn"), Some(partition), Some("iam"), Some(""), Some(account), Some(resource)) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let resource = resource.strip_prefix("role")?;
        let at = resource.rfind('/')?;
        let (path, name) = resource.split_at(at + 1);
        (is_account && path.starts_with('/') && !name.is_empty()).then_some(Self {
            partition,
            account,
            path,
            name,
        })
    }
}

/// The answer to one operation, with its result in the shape of the query protocol.
fn respond(call: &Call<'_>, operation: &str, result: impl FnOnce(&mut Xml)) -> String {
    let root = format!("{operation}Response");
    let mut xml = Xml::document(&root, Service::Sts.namespace());
    xml.within(&format!("{operation}Result"), result);
    xml.within("ResponseMetadata", |xml| xml.text("RequestId", call.request_id));
    xml.finish(&root)
}

/// Every caller may call this, whatever the policies say.
fn caller_identity(call: &Call<'_>) -> String {
    respond(call, "GetCallerIdentity", |xml| {
        xml.text("Arn", &call.credential.arn);
        xml.text("UserId", &call.credential.user_id);
        xml.text("Account", &call.credential.account);
    })
}

/// The checked request.
struct AssumeRole<'a> {
    arn: &'a str,
    role: RoleName<'a>,
    session_name: &'a str,
    seconds: i64,
    external_id: Option<&'a str>,
    source_identity: Option<&'a str>,
    policy: Option<Policy>,
    policy_length: usize,
    policy_arns: Vec<&'a str>,
    tagged: bool,
}

/// The longest duration of a session that a session starts.
const CHAINED_SECONDS: i64 = 3600;

fn assume_role(call: &Call<'_>, form: &Form) -> Result<String, ServiceError> {
    let request = AssumeRole::read(form)?;
    let denied = || {
        ServiceError::denied(
            Service::Sts,
            format!(
                "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
                call.credential.arn, request.arn
            ),
        )
    };
    if request.role.partition != call.world().organization.partition {
        return Err(denied());
    }
    let account = call.world().account(request.role.account).ok_or_else(denied)?;
    let role = account.role_named(request.role.name).ok_or_else(denied)?;
    // STS finds a role by its whole ARN, so another path is another role.
    if role.path != request.role.path || !account.spec.is_usable() || form.get("TokenCode").is_some() {
        return Err(denied());
    }
    let context = Context {
        external_id: request.external_id,
        session_name: Some(request.session_name),
        source_identity: request.source_identity,
        ..call.context()
    };
    let trust = Policy::parse(role.trust.text()).map_err(|_| denied())?;
    let mut actions = vec!["sts:AssumeRole"];
    actions.extend(request.tagged.then_some("sts:TagSession"));
    actions.extend(request.source_identity.map(|_| "sts:SetSourceIdentity"));
    for action in actions {
        let (decision, by_name) = trusts(&trust, action, call.credential.incoming(), &context);
        let own = by_name && request.role.account == call.credential.account;
        let allowed = call.credential.authorize(action, request.arn, request.arn, &context).is_ok();
        if decision != Decision::Allow || !(allowed || own) {
            return Err(denied());
        }
    }
    if request.seconds > i64::from(role.max_session_seconds) {
        return Err(ServiceError::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    if call.credential.is_session() && request.seconds > CHAINED_SECONDS {
        return Err(ServiceError::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    let policies = session_policies(&account, &request)?;
    let limits = SessionLimits {
        name: request.session_name.to_owned(),
        policies,
        expires: session_end(call.now, request.seconds),
        calls: match (
            account.spec.session_calls,
            call.state.behavior.injection.session_calls(&account.spec.id),
        ) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        },
    };
    let (public, credential) = call.state.vault.assume(&account, &role, limits);
    Ok(respond(call, "AssumeRole", |xml| {
        if let Some(source_identity) = request.source_identity {
            xml.text("SourceIdentity", source_identity);
        }
        xml.within("AssumedRoleUser", |xml| {
            xml.text("AssumedRoleId", &credential.user_id);
            xml.text("Arn", &credential.arn);
        });
        xml.within("Credentials", |xml| {
            xml.text("AccessKeyId", &public.access_key_id);
            xml.text("SecretAccessKey", &public.secret_access_key);
            xml.text("SessionToken", public.session_token.as_deref().unwrap_or_default());
            if let Some(expires) = credential.expires {
                xml.instant("Expiration", expires);
            }
        });
        if request.policy_length > 0 || !request.policy_arns.is_empty() {
            xml.number("PackedPolicySize", (request.policy_length * 100).div_ceil(LONGEST_POLICY) as u64);
        }
    }))
}

/// Inline and managed session policies form one set. Without any, only the role's own permissions
/// apply.
fn session_policies(
    account: &AccountView<'_>,
    request: &AssumeRole<'_>,
) -> Result<Option<Vec<Policy>>, ServiceError> {
    let mut policies: Vec<Policy> = request.policy.clone().into_iter().collect();
    for arn in &request.policy_arns {
        let policy = account
            .policy(arn)
            .and_then(|policy| Policy::parse(policy.document.text()).ok())
            .ok_or_else(|| ServiceError::validation(format!("Invalid policy arn: {arn}")))?;
        policies.push(policy);
    }
    Ok((!policies.is_empty()).then_some(policies))
}

/// The longest session policy, in characters.
const LONGEST_POLICY: usize = 2048;

impl<'a> AssumeRole<'a> {
    fn read(form: &'a Form) -> Result<Self, ServiceError> {
        let arn = form.get("RoleArn").ok_or_else(|| ServiceError::missing("roleArn"))?;
        let session_name =
            form.get("RoleSessionName").ok_or_else(|| ServiceError::missing("roleSessionName"))?;
        if !(20..=2048).contains(&arn.len()) {
            let bound =
                if arn.len() < 20 { "greater than or equal to 20" } else { "less than or equal to 2048" };
            return Err(ServiceError::constraint(arn, "roleArn", &format!("have length {bound}")));
        }
        let role =
            RoleName::parse(arn).ok_or_else(|| ServiceError::validation(format!("{arn} is invalid")))?;
        check_text(session_name, "roleSessionName", 64, "=,.@-")?;
        let external_id = form.get("ExternalId");
        if let Some(external_id) = external_id {
            check_text(external_id, "externalId", 1224, "=,.@:/-")?;
        }
        let source_identity = form.get("SourceIdentity");
        if let Some(source_identity) = source_identity {
            check_text(source_identity, "sourceIdentity", 64, "=,.@-")?;
        }
        let policy_text = form.get("Policy");
        let policy = policy_text.map(read_policy).transpose()?;
        Ok(Self {
            arn,
            role,
            session_name,
            seconds: duration(form.get("DurationSeconds"))?,
            external_id,
            source_identity,
            policy,
            policy_length: policy_text.map_or(0, |text| text.chars().count()),
            policy_arns: form.members("PolicyArns", ".arn"),
            tagged: form.get("Tags.member.1.Key").is_some(),
        })
    }
}

fn duration(text: Option<&str>) -> Result<i64, ServiceError> {
    let Some(text) = text else {
        return Ok(3600);
    };
    let seconds: i64 = text
        .parse()
        .map_err(|_| ServiceError::new(400, "MalformedInput", "DurationSeconds is not a number"))?;
    match seconds {
        ..900 => {
            Err(ServiceError::constraint(text, "durationSeconds", "have value greater than or equal to 900"))
        }
        900..=43_200 => Ok(seconds),
        _ => Err(ServiceError::constraint(text, "durationSeconds", "have value less than or equal to 43200")),
    }
}

fn read_policy(text: &str) -> Result<Policy, ServiceError> {
    if text.chars().count() > LONGEST_POLICY {
        return Err(ServiceError::constraint(
            text,
            "policy",
            &format!("have length less than or equal to {LONGEST_POLICY}"),
        ));
    }
    Policy::parse_session(text).map_err(|message| ServiceError::new(400, "MalformedPolicyDocument", message))
}

/// Checks a text of 2 to `longest` characters: word characters, `+` and `others`.
fn check_text(text: &str, member: &str, longest: usize, others: &str) -> Result<(), ServiceError> {
    let length = text.chars().count();
    if length < 2 {
        return Err(ServiceError::constraint(text, member, "have length greater than or equal to 2"));
    }
    if length > longest {
        return Err(ServiceError::constraint(
            text,
            member,
            &format!("have length less than or equal to {longest}"),
        ));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '+' || others.contains(c);
    if !text.chars().all(allowed) {
        return Err(ServiceError::constraint(
            text,
            member,
            &format!("satisfy regular expression pattern: [\\w+{others}]*"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
