//! AWS Organizations: accounts, roots and OUs.

use serde_json::{Map, Value, json};

use crate::dispatch::{Call, Service};
use crate::error::ServiceError;
use crate::paging::{Markers, Position, slice};
use crate::world::{AccountSpec, StateWords, UnitSpec};

pub(crate) fn answer(call: &Call<'_>, operation: &str, body: &[u8]) -> Result<String, ServiceError> {
    let parameters: Value = if body.is_empty() {
        json!({})
    } else {
        serde_json::from_slice(body).map_err(|_| serialization())?
    };
    let request = Request { call, operation, parameters: parameters.as_object().ok_or_else(serialization)? };
    let answer = match operation {
        "DescribeOrganization" => request.describe_organization()?,
        "ListAccounts" => request.list_accounts()?,
        "ListAccountsForParent" => request.list_accounts_for_parent()?,
        "ListRoots" => request.list_roots()?,
        "ListOrganizationalUnitsForParent" => request.list_units()?,
        "DescribeAccount" => request.describe_account()?,
        "ListTagsForResource" => request.list_tags()?,
        _ => {
            request.authorize("*")?;
            return Err(ServiceError {
                from_front_end: true,
                ..ServiceError::new(400, "UnknownOperationException", "")
            });
        }
    };
    Ok(answer.to_string())
}

fn serialization() -> ServiceError {
    ServiceError {
        from_front_end: true,
        ..ServiceError::new(400, "SerializationException", "The request body is not a JSON object.")
    }
}

struct Request<'a> {
    call: &'a Call<'a>,
    operation: &'a str,
    parameters: &'a Map<String, Value>,
}

impl Request<'_> {
    fn authorize(&self, resource: &str) -> Result<(), ServiceError> {
        let action = format!("organizations:{}", self.operation);
        self.call.authorize(Service::Organizations, &action, resource, resource)
    }

    /// Checks that the caller's account is in the organization.
    fn member(&self) -> Result<(), ServiceError> {
        if self.call.world().is_member(&self.call.credential.account) {
            Ok(())
        } else {
            Err(ServiceError::new(
                400,
                "AWSOrganizationsNotInUseException",
                "Your account is not a member of an organization.",
            ))
        }
    }

    /// Checks that the caller is in the management account or a delegated administrator's. Only
    /// these may read the organization.
    fn administrator(&self) -> Result<(), ServiceError> {
        let organization = &self.call.world().organization;
        let account = &self.call.credential.account;
        if *account == organization.management_account
            || organization.delegated_administrators.contains(account)
        {
            Ok(())
        } else {
            Err(ServiceError::denied(
                Service::Organizations,
                "You don't have permissions to access this resource.",
            ))
        }
    }

    fn text(&self, name: &str) -> Result<Option<&str>, ServiceError> {
        match self.parameters.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(serialization()),
        }
    }

    fn required(&self, name: &str) -> Result<&str, ServiceError> {
        self.text(name)?.ok_or_else(|| {
            ServiceError::invalid_input("INPUT_REQUIRED", format!("You must provide a value for {name}."))
        })
    }

    fn arn(&self, resource: &str) -> String {
        let organization = &self.call.world().organization;
        format!(
            "arn:{}:organizations::{}:{resource}",
            organization.partition, organization.management_account
        )
    }

    fn describe_organization(&self) -> Result<Value, ServiceError> {
        self.member()?;
        self.authorize("*")?;
        let organization = &self.call.world().organization;
        let management = &organization.management_account;
        Ok(json!({"Organization": {
            "Arn": self.arn(&format!("organization/{}", organization.id)),
            "AvailablePolicyTypes": [{"Status": "ENABLED", "Type": "SERVICE_CONTROL_POLICY"}],
            "FeatureSet": "ALL",
            "Id": organization.id,
            "MasterAccountArn": self.arn(&format!("account/{}/{management}", organization.id)),
            "MasterAccountEmail": email("management"),
            "MasterAccountId": management,
        }}))
    }

    fn list_accounts(&self) -> Result<Value, ServiceError> {
        self.look_around("*")?;
        let world = self.call.world();
        self.page("Accounts", "", world.account_count(), |place| self.account(&world.account_at(place).spec))
    }

    fn list_accounts_for_parent(&self) -> Result<Value, ServiceError> {
        let parent = self.required("ParentId")?;
        self.look_around("*")?;
        let places = self.call.world().places_below(self.parent(parent)?);
        self.page("Accounts", parent, places.len(), |place| {
            self.account(&self.call.world().account_at(places[place]).spec)
        })
    }

    fn list_roots(&self) -> Result<Value, ServiceError> {
        self.look_around("*")?;
        let organization = &self.call.world().organization;
        self.page("Roots", "", 1, |_| {
            json!({
                "Arn": self.arn(&format!("root/{}/{}", organization.id, organization.root)),
                "Id": organization.root,
                "Name": "Root",
                "PolicyTypes": [{"Status": "ENABLED", "Type": "SERVICE_CONTROL_POLICY"}],
            })
        })
    }

    fn list_units(&self) -> Result<Value, ServiceError> {
        let parent = self.required("ParentId")?;
        self.look_around("*")?;
        let above = self.parent(parent)?;
        let units: Vec<&UnitSpec> = self
            .call
            .world()
            .organization
            .units
            .iter()
            .filter(|unit| unit.parent.as_deref() == above)
            .collect();
        self.page("OrganizationalUnits", parent, units.len(), |place| self.unit(units[place]))
    }

    fn describe_account(&self) -> Result<Value, ServiceError> {
        let id = self.required("AccountId")?;
        if !is_account_id(id) {
            return Err(bad_pattern());
        }
        self.member()?;
        let world = self.call.world();
        self.authorize(&self.arn(&format!("account/{}/{id}", world.organization.id)))?;
        self.administrator()?;
        let account = world.account(id).filter(|_| world.is_member(id)).ok_or_else(|| {
            ServiceError::new(400, "AccountNotFoundException", "You specified an account that doesn't exist.")
        })?;
        Ok(json!({"Account": self.account(&account.spec)}))
    }

    fn list_tags(&self) -> Result<Value, ServiceError> {
        let id = self.required("ResourceId")?;
        self.look_around("*")?;
        let world = self.call.world();
        let account = world.account(id).filter(|_| world.is_member(id));
        if account.is_none() && self.parent(id).is_err() {
            return Err(if is_account_id(id) || is_parent_id(id) {
                ServiceError::new(
                    400,
                    "TargetNotFoundException",
                    "You specified a target that doesn't exist.",
                )
            } else {
                bad_pattern()
            });
        }
        let tags = account.map(|account| account.spec.tags.clone()).unwrap_or_default();
        self.page("Tags", id, tags.len(), |place| {
            let (key, value) = &tags[place];
            json!({"Key": key, "Value": value})
        })
    }

    fn look_around(&self, resource: &str) -> Result<(), ServiceError> {
        self.member()?;
        self.authorize(resource)?;
        self.administrator()
    }

    /// The OU with this id, or `None` for the root.
    fn parent(&self, id: &str) -> Result<Option<&str>, ServiceError> {
        let world = self.call.world();
        if id == world.organization.root {
            return Ok(None);
        }
        match world.unit(id) {
            Some(unit) => Ok(Some(&unit.id)),
            None if is_parent_id(id) => Err(ServiceError::new(
                400,
                "ParentNotFoundException",
                "You specified a parent that doesn't exist.",
            )),
            None => Err(bad_pattern()),
        }
    }

    fn page(
        &self,
        member: &str,
        of: &str,
        total: usize,
        item: impl Fn(usize) -> Value,
    ) -> Result<Value, ServiceError> {
        let wire = &self.call.world().organization.wire;
        let asked = match self.parameters.get("MaxResults").filter(|value| !value.is_null()) {
            None => 20,
            Some(value) => match value.as_i64() {
                None => return Err(serialization()),
                Some(..=0) => {
                    return Err(ServiceError::invalid_input(
                        "MIN_VALUE_EXCEEDED",
                        "You provided a value for MaxResults that is lower than the minimum allowed.",
                    ));
                }
                Some(number @ 1..=20) => u32::try_from(number).unwrap_or_default(),
                Some(_) => {
                    return Err(ServiceError::invalid_input(
                        "MAX_VALUE_EXCEEDED",
                        "You provided a value for MaxResults that is higher than the maximum allowed.",
                    ));
                }
            },
        };
        let list = format!("organizations:{} {of}", self.operation);
        let markers = Markers { key: self.call.state.marker_key(), list: &list };
        let at = match self.text("NextToken")? {
            None => Position::default(),
            Some(token) => markers.read(token).ok_or_else(|| {
                ServiceError::invalid_input(
                    "INVALID_NEXT_TOKEN",
                    "You provided an invalid value for NextToken. You must get the value from the response to a previous call.",
                )
            })?,
        };
        let size = asked.min(wire.organizations_page).max(1) as usize;
        let slice = slice(total, at, size, wire.empty_pages);
        let items: Vec<Value> = slice.items.map(item).collect();
        let mut page = json!({ member: items });
        if let Some(next) = slice.next {
            page["NextToken"] = markers.write(next).into();
        }
        Ok(page)
    }

    fn account(&self, account: &AccountSpec) -> Value {
        let organization = &self.call.world().organization;
        let mut value = json!({
            "Id": account.id,
            "Arn": self.arn(&format!("account/{}/{}", organization.id, account.id)),
            "Email": email(&account.name),
            "Name": account.name,
            "JoinedMethod": if account.invited { "INVITED" } else { "CREATED" },
            "JoinedTimestamp": account.joined.as_millisecond() as f64 / 1000.0,
        });
        if let Some(state) = &account.state {
            if organization.wire.state_words != StateWords::StatusOnly {
                value["State"] = state.as_str().into();
            }
            // The older field `Status` has fewer values. It omits a state that it does not know.
            let known = ["ACTIVE", "SUSPENDED", "PENDING_CLOSURE"].contains(&state.as_str());
            if known && organization.wire.state_words != StateWords::StateOnly {
                value["Status"] = state.as_str().into();
            }
        }
        if organization.wire.paths {
            value["Paths"] = json!([self.path(account.unit.as_deref(), Some(&account.id))]);
        }
        value
    }

    fn unit(&self, unit: &UnitSpec) -> Value {
        let organization = &self.call.world().organization;
        let mut value = json!({
            "Arn": self.arn(&format!("ou/{}/{}", organization.id, unit.id)),
            "Id": unit.id,
            "Name": unit.name,
        });
        if organization.wire.paths {
            value["Path"] = self.path(Some(&unit.id), None).into();
        }
        value
    }

    /// `o-…/r-…/ou-…/…/`, with the account at the end for an account's path. This is the API's
    /// pattern for `Path`.
    fn path(&self, unit: Option<&str>, account: Option<&str>) -> String {
        let world = self.call.world();
        let mut path = format!("{}/{}/", world.organization.id, world.organization.root);
        let above = world.units_above(unit);
        for part in above.iter().map(|unit| unit.id.as_str()).chain(account) {
            path.push_str(part);
            path.push('/');
        }
        path
    }
}

fn email(name: &str) -> String {
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    format!("aws+{name}@larkfield.example")
}

fn bad_pattern() -> ServiceError {
    ServiceError::invalid_input(
        "INVALID_PATTERN",
        "You provided a value that does not match the required pattern.",
    )
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_parent_id(text: &str) -> bool {
    let word = |text: &str, shortest: usize| {
        (shortest..=32).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    match text.strip_prefix("r-") {
        Some(root) => word(root, 4),
        None => text
            .strip_prefix("ou-")
            .and_then(|rest| rest.split_once('-'))
            .is_some_and(|(root, unit)| word(root, 4) && word(unit, 8)),
    }
}

#[cfg(test)]
mod tests;
