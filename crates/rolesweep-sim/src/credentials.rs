//! Credentials: who has them, what they allow, and when they expire.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};

use crate::dispatch::Service;
use crate::error::Unauthenticated;
use crate::hash::Hash;
use crate::policy::{Context, Decision, Incoming, Policy, decide};
use crate::sigv4::{Authorization, Signed, signing_key};
use crate::world::{AccountView, CallerKind, CallerSpec, RoleSpec, World};

/// Credentials as a client is configured with them.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The id of the access key.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The session token, for those of a session.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// Credentials as the server knows them.
#[derive(Debug)]
pub(crate) struct Credential {
    public: Credentials,
    /// The account they belong to.
    pub(crate) account: String,
    /// The ARN of the user or the role.
    pub(crate) principal_arn: String,
    /// The ARN of the session or user, as in `GetCallerIdentity`.
    pub(crate) arn: String,
    /// The unique id of the user or the role.
    pub(crate) principal_id: String,
    /// The unique id in `GetCallerIdentity`. A session's has its name.
    pub(crate) user_id: String,
    identity: Vec<Policy>,
    session: Option<Vec<Policy>>,
    pub(crate) expires: Option<Timestamp>,
    calls_left: Option<AtomicU64>,
    // Deriving a key takes four HMACs, and one scope is valid for a whole day.
    key: Mutex<Option<(String, [u8; 32])>>,
}

/// What a session is limited to when it is made.
#[derive(Debug)]
pub(crate) struct SessionLimits {
    pub(crate) name: String,
    /// The session policies; `None` if the session may do everything that the role may.
    pub(crate) policies: Option<Vec<Policy>>,
    pub(crate) expires: Timestamp,
    /// After how many calls it expires early.
    pub(crate) calls: Option<u64>,
}

impl Credential {
    /// Whether this is a session. Assuming a role with it is role chaining.
    pub(crate) fn is_session(&self) -> bool {
        self.public.session_token.is_some()
    }

    /// The caller, as trust policies see it.
    pub(crate) fn incoming(&self) -> Incoming<'_> {
        Incoming {
            account: &self.account,
            principal_arn: &self.principal_arn,
            session_arn: &self.arn,
            unique_id: &self.principal_id,
        }
    }

    /// Checks that the policies allow an action on a resource. Messages may show the resource in
    /// another form.
    ///
    /// # Errors
    /// AWS's message if they do not.
    pub(crate) fn authorize(
        &self,
        action: &str,
        resource: &str,
        shown: &str,
        context: &Context<'_>,
    ) -> Result<(), String> {
        let identity = decide(&self.identity, action, resource, context);
        let session = self
            .session
            .as_ref()
            .map_or(Decision::Allow, |policies| decide(policies, action, resource, context));
        let why = match (identity, session) {
            (Decision::Allow, Decision::Allow) => return Ok(()),
            (Decision::ExplicitDeny, _) => "with an explicit deny in an identity-based policy".to_owned(),
            (_, Decision::ExplicitDeny) => "with an explicit deny in a session policy".to_owned(),
            (Decision::ImplicitDeny, _) => {
                format!("because no identity-based policy allows the {action} action")
            }
            (_, Decision::ImplicitDeny) => format!("because no session policy allows the {action} action"),
        };
        let Self { arn, .. } = self;
        Err(format!("User: {arn} is not authorized to perform: {action} on resource: {shown} {why}"))
    }

    fn key(&self, scope: &str) -> [u8; 32] {
        let mut cached = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        match &*cached {
            Some((known, key)) if known == scope => *key,
            _ => {
                let key = signing_key(&self.public.secret_access_key, scope);
                *cached = Some((scope.to_owned(), key));
                key
            }
        }
    }

    /// Uses one of the remaining calls.
    fn spend_call(&self) -> bool {
        self.calls_left.as_ref().is_none_or(|left| {
            left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
        })
    }
}

/// A request whose signature was refused, and whose it claimed to be, as far as known.
#[derive(Debug)]
pub(crate) struct Rejected {
    pub(crate) why: Unauthenticated,
    /// The account of the access key. Empty for an unknown key.
    pub(crate) account: String,
}

/// All credentials.
#[derive(Debug)]
pub(crate) struct Vault {
    hash: Hash,
    minted: AtomicU64,
    known: RwLock<HashMap<String, Arc<Credential>>>,
}

impl Vault {
    /// The credentials of a world's callers.
    pub(crate) fn new(world: &World) -> Self {
        let vault = Self {
            hash: Hash::new(world.organization.seed, "credentials"),
            minted: AtomicU64::new(0),
            known: RwLock::default(),
        };
        for caller in &world.organization.callers {
            vault.insert(vault.caller(world, caller));
        }
        vault
    }

    /// What a caller's client is configured with.
    pub(crate) fn credentials_of(&self, caller: &CallerSpec) -> Credentials {
        let hash = self.hash.text("caller").text(&caller.name);
        let temporary = matches!(caller.kind, CallerKind::Session { .. });
        credentials(hash, temporary)
    }

    /// Makes a session of a role.
    pub(crate) fn assume(
        &self,
        account: &AccountView<'_>,
        role: &RoleSpec,
        limits: SessionLimits,
    ) -> (Credentials, Arc<Credential>) {
        let number = self.minted.fetch_add(1, Ordering::Relaxed);
        let public = credentials(self.hash.text("session").number(number), true);
        let identity = account.permissions(role);
        let credential = self.insert(Credential {
            public: public.clone(),
            account: account.spec.id.clone(),
            principal_arn: account.role_arn(role),
            arn: account
                .arn("assumed-role/", &role.name, &format!("/{}", limits.name))
                .replacen(":iam:", ":sts:", 1),
            principal_id: account.role_id(role),
            user_id: format!("{}:{}", account.role_id(role), limits.name),
            // A document that is not a valid policy allows nothing.
            identity: identity.iter().filter_map(|document| Policy::parse(document.text()).ok()).collect(),
            session: limits.policies,
            expires: Some(limits.expires),
            calls_left: limits.calls.map(AtomicU64::new),
            key: Mutex::default(),
        });
        (public, credential)
    }

    /// The credential of a request.
    ///
    /// # Errors
    /// If the signature is missing, incomplete, wrong, too old or of an unknown key, or if the
    /// session has ended.
    pub(crate) fn authenticate(
        &self,
        request: Signed<'_>,
        service: Service,
        now: Timestamp,
    ) -> Result<Arc<Credential>, Rejected> {
        let nobody = |why| Rejected { why, account: String::new() };
        let authorization = Authorization::read(request.headers).map_err(nobody)?;
        let credential = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&authorization.access_key_id)
            .cloned()
            .ok_or_else(|| nobody(Unauthenticated::Unknown))?;
        let verify = || {
            authorization.check(request, service, now)?;
            let token = request.headers.get("x-amz-security-token").map(|token| token.as_bytes());
            if token != credential.public.session_token.as_ref().map(String::as_bytes) {
                return Err(Unauthenticated::Unknown);
            }
            if !authorization.is_signed_with(request, &credential.key(&authorization.scope)) {
                return Err(Unauthenticated::Mismatch(
                    "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                     Access Key and signing method. Consult the service documentation for details."
                        .to_owned(),
                ));
            }
            if credential.expires.is_some_and(|expires| expires <= now) || !credential.spend_call() {
                return Err(Unauthenticated::Expired);
            }
            Ok(())
        };
        match verify() {
            Ok(()) => Ok(credential),
            Err(why) => Err(Rejected { why, account: credential.account.clone() }),
        }
    }

    fn insert(&self, credential: Credential) -> Arc<Credential> {
        let credential = Arc::new(credential);
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(credential.public.access_key_id.clone(), Arc::clone(&credential));
        credential
    }

    fn caller(&self, world: &World, caller: &CallerSpec) -> Credential {
        let partition = &world.organization.partition;
        let account = &caller.account;
        let (principal_arn, arn, principal_id, user_id);
        match &caller.kind {
            CallerKind::User(name) => {
                principal_arn = format!("arn:{partition}:iam::{account}:user/{name}");
                arn = principal_arn.clone();
                principal_id = format!("AIDA{}", self.hash.text(account).text(name).base32(17));
                user_id = principal_id.clone();
            }
            CallerKind::Session { path, role, session } => {
                principal_arn = format!("arn:{partition}:iam::{account}:role{path}{role}");
                arn = format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session}");
                // The session is valid even if the role no longer exists.
                let view = world.account(account);
                let id = view.and_then(|view| Some(view.role_id(&*view.role_named(role)?)));
                principal_id =
                    id.unwrap_or_else(|| format!("AROA{}", self.hash.text(account).text(role).base32(17)));
                user_id = format!("{principal_id}:{session}");
            }
        }
        Credential {
            public: self.credentials_of(caller),
            account: account.clone(),
            principal_arn,
            arn,
            principal_id,
            user_id,
            identity: Policy::parse(caller.policy.text()).into_iter().collect(),
            session: None,
            expires: caller.expires,
            calls_left: caller.calls.map(AtomicU64::new),
            key: Mutex::default(),
        }
    }
}

/// The length of the generated session tokens. AWS's have about this length, and clients must not
/// assume one.
const TOKEN: usize = 356;

fn credentials(hash: Hash, temporary: bool) -> Credentials {
    let prefix = if temporary { "ASIA" } else { "AKIA" };
    Credentials {
        access_key_id: format!("{prefix}{}", hash.text("id").base32(16)),
        secret_access_key: hash.text("secret").base64(40),
        session_token: temporary.then(|| format!("IQoJb3JpZ2luX2Vj{}", hash.text("token").base64(TOKEN))),
    }
}

/// When a session ends that begins now.
pub(crate) fn session_end(now: Timestamp, seconds: i64) -> Timestamp {
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}
