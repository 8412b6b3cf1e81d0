//! AWS Identity and Access Management: the reads of roles and managed policies.

mod list;
mod write;

use crate::dispatch::{Call, Form, Service, unknown_action};
use crate::error::ServiceError;
use crate::world::AccountView;
use crate::xml::Xml;

pub(crate) fn answer(call: &Call<'_>, operation: &str, form: &Form) -> Result<String, ServiceError> {
    let account = call
        .world()
        .account(&call.credential.account)
        .ok_or_else(|| ServiceError::new(500, "ServiceFailure", "The account is not there."))?;
    let request = Request { call, account, form };
    match operation {
        "GetAccountAuthorizationDetails" => list::authorization_details(&request),
        "ListRoles" => list::roles(&request),
        "ListAccountAliases" => list::account_aliases(&request),
        "GetRole" => request.get_role(),
        "GetPolicy" => request.get_policy(),
        "GetPolicyVersion" => request.get_policy_version(),
        _ => {
            request.authorize(&format!("iam:{operation}"), "*", "*")?;
            Err(unknown_action(operation, "2010-05-08"))
        }
    }
}

/// How many roles the answer will have on its page. This decides how long it takes. None if it will
/// be a refusal.
pub(crate) fn roles_on_page(call: &Call<'_>, operation: &str, form: &Form) -> usize {
    let account = call.world().account(&call.credential.account);
    match account.filter(|_| operation == "GetAccountAuthorizationDetails") {
        Some(account) => list::roles_on_page(&Request { call, account, form }).unwrap_or_default(),
        None => 0,
    }
}

/// Whether this list never ends because of the account's fault.
pub(crate) fn is_endless_list(call: &Call<'_>, service: Service, operation: &str) -> bool {
    service == Service::Iam
        && ["GetAccountAuthorizationDetails", "ListRoles", "ListAccountAliases"].contains(&operation)
        && call.state.behavior.injection.endless_list(&call.credential.account).is_some()
}

/// Whether this asks for a role that was deleted after it was listed. The role whose session asks
/// is not deleted, because its sessions would end with it.
pub(crate) fn is_deleted(call: &Call<'_>, service: Service, operation: &str, form: &Form) -> bool {
    let asks_itself = |role: &str| call.credential.principal_arn.rsplit('/').next() == Some(role);
    service == Service::Iam
        && operation == "GetRole"
        && form.get("RoleName").is_some_and(|role| {
            call.state.behavior.injection.deleted(&call.credential.account, role) && !asks_itself(role)
        })
}

/// IAM's error for a role that does not exist.
pub(crate) fn no_such_role(name: &str) -> ServiceError {
    no_such_entity(format!("The role with name {name} cannot be found."))
}

/// A request to one account's IAM.
struct Request<'a> {
    call: &'a Call<'a>,
    account: AccountView<'a>,
    form: &'a Form,
}

impl Request<'_> {
    fn authorize(&self, action: &str, resource: &str, shown: &str) -> Result<(), ServiceError> {
        self.call.authorize(Service::Iam, action, resource, shown)
    }

    /// The answer to one operation, with its result in the shape of the query protocol.
    fn respond(&self, operation: &str, result: impl FnOnce(&mut Xml)) -> String {
        let root = format!("{operation}Response");
        let mut xml = Xml::document(&root, Service::Iam.namespace());
        xml.within(&format!("{operation}Result"), result);
        xml.within("ResponseMetadata", |xml| xml.text("RequestId", self.call.request_id));
        xml.finish(&root)
    }

    fn writer(&self) -> write::Writer<'_> {
        write::Writer { account: &self.account, documents: self.call.world().organization.wire.documents }
    }

    fn get_role(&self) -> Result<String, ServiceError> {
        let name = self.form.get("RoleName").ok_or_else(|| ServiceError::missing("roleName"))?;
        check_name(name, "roleName")?;
        let role = self.account.role_named(name);
        let arn = match &role {
            Some(role) => self.account.role_arn(role),
            None => self.account.arn("role", "/", name),
        };
        self.authorize("iam:GetRole", &arn, &format!("role {name}"))?;
        let role = role.ok_or_else(|| no_such_role(name))?;
        Ok(self.respond("GetRole", |xml| {
            xml.within("Role", |xml| self.writer().role(xml, &role, write::Form::GetRole));
        }))
    }

    fn get_policy(&self) -> Result<String, ServiceError> {
        let arn = self.policy_arn()?;
        self.authorize("iam:GetPolicy", arn, &format!("policy {arn}"))?;
        let policy = self.account.policy(arn).ok_or_else(|| no_such_policy(arn))?;
        Ok(self.respond("GetPolicy", |xml| {
            xml.within("Policy", |xml| self.writer().policy_head(xml, &policy));
        }))
    }

    fn get_policy_version(&self) -> Result<String, ServiceError> {
        let arn = self.policy_arn()?;
        let version = self.form.get("VersionId").ok_or_else(|| ServiceError::missing("versionId"))?;
        self.authorize("iam:GetPolicyVersion", arn, &format!("policy {arn}"))?;
        let policy = self.account.policy(arn).ok_or_else(|| no_such_policy(arn))?;
        if policy.version != version {
            return Err(no_such_entity(format!(
                "Policy {arn} version {version} does not exist or is not attachable."
            )));
        }
        Ok(self.respond("GetPolicyVersion", |xml| {
            xml.within("PolicyVersion", |xml| self.writer().policy_version(xml, &policy));
        }))
    }

    fn policy_arn(&self) -> Result<&str, ServiceError> {
        let arn = self.form.get("PolicyArn").ok_or_else(|| ServiceError::missing("policyArn"))?;
        if arn.len() < 20 {
            return Err(ServiceError::constraint(
                arn,
                "policyArn",
                "have length greater than or equal to 20",
            ));
        }
        Ok(arn)
    }
}

fn no_such_entity(message: String) -> ServiceError {
    ServiceError::new(404, "NoSuchEntity", message)
}

fn no_such_policy(arn: &str) -> ServiceError {
    no_such_entity(format!("Policy {arn} was not found."))
}

fn check_name(name: &str, member: &str) -> Result<(), ServiceError> {
    if name.is_empty() {
        return Err(ServiceError::constraint(name, member, "have length greater than or equal to 1"));
    }
    if name.len() > 64 {
        return Err(ServiceError::constraint(name, member, "have length less than or equal to 64"));
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if name.bytes().all(allowed) {
        Ok(())
    } else {
        Err(ServiceError::validation(format!(
            "The specified value for {member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
        )))
    }
}

#[cfg(test)]
mod tests;
