//! Writes roles and policies as IAM does. The three answers that contain a role give different
//! parts of it.

use crate::world::{AccountView, Document, Documents, LastUseIn, Policy, RoleSpec};
use crate::xml::Xml;

/// The answer that contains a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `ListRoles`: with description and session duration, without last use, tags and boundary.
    ListRoles,
    /// `GetRole`: everything of the role itself.
    GetRole,
}

/// Writes the contents of an account.
pub(super) struct Writer<'a> {
    pub(super) account: &'a AccountView<'a>,
    pub(super) documents: Documents,
}

impl Writer<'_> {
    /// A `Role`.
    pub(super) fn role(&self, xml: &mut Xml, role: &RoleSpec, form: Form) {
        self.role_head(xml, role);
        if let Some(description) = &role.description {
            xml.text("Description", description);
        }
        xml.number("MaxSessionDuration", u64::from(role.max_session_seconds));
        if form == Form::GetRole {
            self.boundary(xml, role);
            if !role.tags.is_empty() {
                tags(xml, role);
            }
            if role.last_use_in != LastUseIn::Neither {
                last_use(xml, role);
            }
        }
    }

    /// A `RoleDetail`, as in `GetAccountAuthorizationDetails`.
    pub(super) fn role_detail(&self, xml: &mut Xml, role: &RoleSpec) {
        self.role_head(xml, role);
        xml.within("InstanceProfileList", |xml| {
            for name in &role.instance_profiles {
                xml.within("member", |xml| self.instance_profile(xml, name, role));
            }
        });
        xml.within("RolePolicyList", |xml| {
            for policy in &role.inline {
                xml.within("member", |xml| {
                    xml.text("PolicyName", &policy.name);
                    self.document(xml, "PolicyDocument", &policy.document);
                });
            }
        });
        xml.within("AttachedManagedPolicies", |xml| {
            for arn in &role.attached {
                xml.within("member", |xml| {
                    xml.text("PolicyArn", arn);
                    xml.text("PolicyName", arn.rsplit('/').next().unwrap_or_default());
                });
            }
        });
        self.boundary(xml, role);
        tags(xml, role);
        if role.last_use_in == LastUseIn::Both {
            last_use(xml, role);
        }
    }

    /// The part of every managed policy that is not its document.
    pub(super) fn policy_head(&self, xml: &mut Xml, policy: &Policy) {
        xml.text("PolicyName", &policy.name);
        xml.text("PolicyId", &policy.id);
        xml.text("Arn", &policy.arn);
        xml.text("Path", &policy.path);
        xml.text("DefaultVersionId", &policy.version);
        xml.number("AttachmentCount", 1);
        xml.number("PermissionsBoundaryUsageCount", 0);
        xml.boolean("IsAttachable", true);
        xml.instant("CreateDate", policy.created);
        xml.instant("UpdateDate", policy.created);
    }

    /// A `ManagedPolicyDetail`, as in `GetAccountAuthorizationDetails`.
    pub(super) fn policy_detail(&self, xml: &mut Xml, policy: &Policy) {
        self.policy_head(xml, policy);
        xml.within("PolicyVersionList", |xml| {
            xml.within("member", |xml| self.policy_version(xml, policy));
        });
    }

    /// A `PolicyVersion`: the default one.
    pub(super) fn policy_version(&self, xml: &mut Xml, policy: &Policy) {
        self.document(xml, "Document", &policy.document);
        xml.text("VersionId", &policy.version);
        xml.boolean("IsDefaultVersion", true);
        xml.instant("CreateDate", policy.created);
    }

    fn role_head(&self, xml: &mut Xml, role: &RoleSpec) {
        xml.text("Path", &role.path);
        xml.text("RoleName", &role.name);
        xml.plain("RoleId", &self.account.role_id(role));
        xml.texts("Arn", &self.account.role_arn_parts(role));
        xml.instant("CreateDate", role.created);
        self.document(xml, "AssumeRolePolicyDocument", &role.trust);
    }

    fn instance_profile(&self, xml: &mut Xml, name: &str, role: &RoleSpec) {
        xml.text("Path", "/");
        xml.text("InstanceProfileName", name);
        xml.text("InstanceProfileId", &self.account.unique_id("AIPA", name, role.incarnation));
        xml.text("Arn", &self.account.arn("instance-profile", "/", name));
        xml.instant("CreateDate", role.created);
        // The profile contains the role, and the role contains the profile, so IAM sends the trust
        // policy once more.
        xml.within("Roles", |xml| xml.within("member", |xml| self.role_head(xml, role)));
    }

    fn boundary(&self, xml: &mut Xml, role: &RoleSpec) {
        if let Some(arn) = &role.boundary {
            xml.within("PermissionsBoundary", |xml| {
                xml.text("PermissionsBoundaryType", "PermissionsBoundaryPolicy");
                xml.text("PermissionsBoundaryArn", arn);
            });
        }
    }

    fn document(&self, xml: &mut Xml, name: &str, document: &Document) {
        match self.documents {
            Documents::PercentEncoded => xml.plain(name, document.encoded()),
            Documents::Plain => xml.text(name, document.text()),
        }
    }
}

fn tags(xml: &mut Xml, role: &RoleSpec) {
    xml.within("Tags", |xml| {
        for (key, value) in &role.tags {
            xml.within("member", |xml| {
                xml.text("Key", key);
                xml.text("Value", value);
            });
        }
    });
}

fn last_use(xml: &mut Xml, role: &RoleSpec) {
    match &role.last_use {
        Some(last_use) => xml.within("RoleLastUsed", |xml| {
            xml.instant("LastUsedDate", last_use.at);
            xml.text("Region", &last_use.region);
        }),
        None => xml.empty("RoleLastUsed"),
    }
}
