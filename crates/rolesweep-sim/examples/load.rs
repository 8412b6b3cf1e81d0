//! What the simulator costs: reads a generated organization as fast as it can, drops the answers, and sets the roles that received
//! against the CPU time that the simulator took for them.
//!
//! ```text
//! cargo build --release -p rolesweep-sim && cargo run --release -p rolesweep-sim --example load -- target/release/rolesweep-sim
//! ```
//!
//! After the simulator's path: accounts (default 300), roles in each (1,000), roles on a page (200), times that each account is
//! read (3), bytes for each role (what is usual).

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let simulator = arguments.next().ok_or("name the simulator's binary")?;
    let numbers: Vec<usize> =
        arguments.map(|number| number.parse()).collect::<std::result::Result<_, _>>()?;
    let number = |at: usize, default: usize| numbers.get(at).copied().unwrap_or(default);
    let (accounts, roles, page, times) = (number(0, 300), number(1, 1000), number(2, 200), number(3, 3));
    let mut command = Command::new(simulator);
    command.args(["--json", "--accounts", &accounts.to_string(), "--roles", &roles.to_string()]);
    if let Some(bytes) = numbers.get(4) {
        command.args(["--role-bytes", &bytes.to_string()]);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut commands = child.stdin.take().ok_or("no stdin")?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no stdout")?).lines();
    let mut line = || -> Result<Value> { Ok(serde_json::from_str(&lines.next().ok_or("it ended")??)?) };
    let ready = line()?;

    let mut client = Client::new(&ready["environment"])?;
    let before = line_of(&mut commands, "counts", &mut line)?;
    let mut bytes = 0;
    for account in client.accounts()? {
        client.assume(&account)?;
        for _ in 0..times {
            bytes += client.read(page)?;
        }
        client.leave();
    }
    let after = line_of(&mut commands, "counts", &mut line)?;
    drop(commands);
    line()?;
    child.wait()?;

    let difference = |name: &str| Some(after[name].as_f64()? - before[name].as_f64()?);
    let figure = |name: &str| difference(name).ok_or_else(|| format!("this system does not tell {name}"));
    let cpu = figure("user_cpu_seconds")? + figure("system_cpu_seconds")?;
    let calls = after["total"]["ok"].as_u64().unwrap_or_default();
    let received = (accounts * roles * times) as f64;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{received} roles, {calls} calls, {:.1} MB in {:.2} s\nthe simulator: {:.2} s user, {:.2} s system, {} MB at most\n\
         {:.0} roles and {:.0} calls for each second of its CPU time",
        bytes as f64 / 1e6,
        figure("seconds")?,
        figure("user_cpu_seconds")?,
        figure("system_cpu_seconds")?,
        after["peak_memory_bytes"].as_u64().unwrap_or_default() / 1_000_000,
        received / cpu,
        calls as f64 / cpu,
    )?;
    Ok(())
}

fn line_of(
    commands: &mut impl std::io::Write,
    command: &str,
    line: &mut impl FnMut() -> Result<Value>,
) -> Result<Value> {
    writeln!(commands, "{command}")?;
    line()
}

/// Credentials, and a connection.
struct Client {
    stream: BufReader<TcpStream>,
    caller: Keys,
    session: Option<Keys>,
    answer: Vec<u8>,
}

#[derive(Clone)]
struct Keys {
    id: String,
    secret: String,
    token: String,
}

impl Client {
    fn new(environment: &Value) -> Result<Self> {
        let text = |name: &str| environment[name].as_str().map(str::to_owned).ok_or("no such variable");
        let address = text("AWS_ENDPOINT_URL")?.replace("http://", "");
        Ok(Self {
            stream: BufReader::with_capacity(1 << 16, TcpStream::connect(address)?),
            caller: Keys {
                id: text("AWS_ACCESS_KEY_ID")?,
                secret: text("AWS_SECRET_ACCESS_KEY")?,
                token: text("AWS_SESSION_TOKEN")?,
            },
            session: None,
            answer: Vec::new(),
        })
    }

    fn accounts(&mut self) -> Result<Vec<String>> {
        let (mut accounts, mut body) = (Vec::new(), "{}".to_owned());
        loop {
            self.call("organizations", Some("AWSOrganizationsV20161128.ListAccounts"), &body)?;
            let page: Value = serde_json::from_slice(&self.answer)?;
            let ids = page["Accounts"].as_array().into_iter().flatten();
            accounts.extend(ids.filter_map(|account| Some(account["Id"].as_str()?.to_owned())));
            match page.get("NextToken") {
                Some(token) => body = serde_json::json!({ "NextToken": token }).to_string(),
                None => return Ok(accounts),
            }
        }
    }

    fn assume(&mut self, account: &str) -> Result<()> {
        let body = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=load&\
             RoleArn=arn%3Aaws%3Aiam%3A%3A{account}%3Arole%2FRolesweepAudit"
        );
        self.call("sts", None, &body)?;
        let text = |name| self.element(name).ok_or("no credentials");
        self.session = Some(Keys {
            id: text("AccessKeyId")?,
            secret: text("SecretAccessKey")?,
            token: text("SessionToken")?,
        });
        Ok(())
    }

    fn leave(&mut self) {
        self.session = None;
    }

    /// Reads an account's roles, and says how many bytes they were.
    fn read(&mut self, page: usize) -> Result<usize> {
        let (mut bytes, mut marker) = (0, String::new());
        loop {
            let body = format!(
                "Action=GetAccountAuthorizationDetails&Version=2010-05-08&Filter.member.1=Role&MaxItems={page}{marker}"
            );
            self.call("iam", None, &body)?;
            bytes += self.answer.len();
            match self.element("Marker") {
                Some(next) => marker = format!("&Marker={next}"),
                None => return Ok(bytes),
            }
        }
    }

    /// The text of an element near the beginning of the answer.
    fn element(&self, name: &str) -> Option<String> {
        let head = String::from_utf8_lossy(&self.answer[..self.answer.len().min(2000)]);
        let (_, rest) = head.split_once(&format!("<{name}>"))?;
        Some(rest.split_once('<')?.0.to_owned())
    }

    fn call(&mut self, service: &str, target: Option<&str>, body: &str) -> Result<()> {
        let keys = self.session.as_ref().filter(|_| service == "iam").unwrap_or(&self.caller);
        let head = signed(keys, service, target, body);
        self.stream.get_mut().write_all(format!("{head}\r\n\r\n{body}").as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.clone();
        let mut length = 0;
        while line != "\r\n" {
            line.clear();
            self.stream.read_line(&mut line)?;
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.trim().parse()?;
            }
        }
        self.answer.resize(length, 0);
        self.stream.read_exact(&mut self.answer)?;
        if status.starts_with("HTTP/1.1 200") {
            Ok(())
        } else {
            Err(format!("{status}{}", String::from_utf8_lossy(&self.answer)).into())
        }
    }
}

/// A request's head, signed as Signature Version 4 has it.
fn signed(keys: &Keys, service: &str, target: Option<&str>, body: &str) -> String {
    let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let scope = format!("{}/us-east-1/{service}/aws4_request", &stamp[..8]);
    let mut headers = vec![
        ("host", "127.0.0.1"),
        ("x-amz-date", stamp.as_str()),
        ("x-amz-security-token", keys.token.as_str()),
    ];
    headers.extend(target.map(|target| ("x-amz-target", target)));
    let lines = |end: &str| -> String {
        headers.iter().map(|(name, value)| format!("{name}:{value}{end}")).collect()
    };
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let canonical = format!("POST\n/\n\n{}\n{names}\n{}", lines("\n"), hex(&Sha256::digest(body)));
    let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let key = scope
        .split('/')
        .fold(format!("AWS4{}", keys.secret).into_bytes(), |key, part| hmac(&key, part.as_bytes()));
    let signature = hex(&hmac(&key, to_sign.as_bytes()));
    format!(
        "POST / HTTP/1.1\r\n{}content-length:{}\r\nauthorization:AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, \
         Signature={signature}",
        lines("\r\n"),
        body.len(),
        keys.id,
    )
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
