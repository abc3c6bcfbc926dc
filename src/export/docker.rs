//! A key file, as chapkit's and servicekit's `api_key_file` reads it: UTF-8 without a byte-order
//! mark, one key a line, a line feed after each. The reader strips lines and skips empty ones and
//! those that begin with `#`; a comment behind a key would become part of it, so there is none.
//!
//! A Docker secret never changes, so in a swarm each generation of an environment has its own; the
//! file in the container keeps its name. In compose, a secret is the file itself.

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::words::shell;
use super::yaml::quote;
use super::{Contents, ExportError, joined};

/// The largest secret that the Docker engine takes, in bytes.
const MOST: usize = 511_999;

/// The longest name of a Docker secret.
const MOST_NAME: usize = 64;

/// One key a line.
#[derive(Debug, Clone)]
pub struct Docker {
    /// What carries the file to the services; `None` leaves that to the user.
    pub carrier: Option<Carrier>,
    /// The services that read it.
    pub services: Vec<ServiceName>,
    /// The name of the file under `/run/secrets` there.
    pub target: DockerName,
}

/// What carries a key file to the services.
#[derive(Debug, Clone)]
pub enum Carrier {
    /// A swarm: a secret of this name and the generation.
    Swarm(DockerName),
    /// Compose: the file itself.
    Compose,
}

impl Docker {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        if let Some(Carrier::Swarm(name)) = &self.carrier {
            let name = in_generation(name, contents.generation);
            if name.len() > MOST_NAME {
                let what = "the name of the Docker secret";
                return Err(ExportError::NameTooLong { what, name, most: MOST_NAME });
            }
        }
        let one = contents.one("a key file")?;
        // A single value is read as it is, byte for byte.
        let file = if contents.keys.is_empty() {
            joined(one, "", "", "")
        } else {
            contents.key_file("a key file")?
        };
        if file.len() > MOST {
            let what = "the Docker secret".to_owned();
            return Err(ExportError::TooLarge { what, bytes: file.len(), most: MOST });
        }
        Ok(file)
    }

    /// What carries the file at `path` to the services: commands for a shell, or a part of a compose
    /// file.
    pub(super) fn companion(&self, contents: &Contents<'_>, path: &str) -> Option<String> {
        match self.carrier.as_ref()? {
            Carrier::Swarm(name) => Some(self.commands(name, contents.generation, path)),
            Carrier::Compose => Some(self.fragment(path)),
        }
    }

    fn commands(&self, name: &DockerName, generation: u64, path: &str) -> String {
        let new = in_generation(name, generation);
        let target = &self.target;
        let dash = if path.starts_with('-') { "./" } else { "" };
        let mut text = format!("docker secret create {new} {}\n", shell(&format!("{dash}{path}")));
        // The secret that a service has under this file name now. There is none at the first time,
        // and Docker passes over a name that is empty.
        let old = format!(
            "'{{{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}}}{{{{if eq .File.Name \
             \"{target}\"}}}}{{{{.SecretName}}}}{{{{end}}}}{{{{end}}}}'"
        );
        let mut update = |before: &str, service: &str| {
            let _ = writeln!(
                text,
                "{before}docker service update --secret-rm \"$(docker service inspect --format {old} \
                 {service})\" --secret-add source={new},target={target} {service}"
            );
        };
        for service in &self.services {
            update("", &service.0);
        }
        if self.services.is_empty() {
            update("# ", "SERVICE");
        }
        text
    }

    fn fragment(&self, path: &str) -> String {
        let target = &self.target;
        let mut text = String::new();
        if !self.services.is_empty() {
            text.push_str("services:\n");
            for service in &self.services {
                let _ = writeln!(text, "  \"{service}\":\n    secrets:\n      - {target}");
            }
        }
        let _ = write!(text, "secrets:\n  {target}:\n    file: ");
        // Compose takes a bare `~` for the home directory, and a `$` for a variable.
        let here = if path.starts_with(['/', '.']) { "" } else { "./" };
        quote(&format!("{here}{path}").replace('$', "$$"), &mut text);
        text.push('\n');
        text
    }
}

fn in_generation(name: &DockerName, generation: u64) -> String {
    format!("{name}_v{generation}")
}

/// The name of a Docker secret: `[a-zA-Z0-9-_.]`, a letter or digit at both ends, at most 64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerName(String);

/// The name of a service: as a secret's, at most 63.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceName(String);

fn is_name(text: &str, most: usize) -> bool {
    let ends_well = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= most
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && ends_well(text.chars().next())
        && ends_well(text.chars().next_back())
}

impl FromStr for DockerName {
    type Err = BadDockerName;

    fn from_str(text: &str) -> Result<Self, BadDockerName> {
        let good = is_name(text, MOST_NAME).then(|| Self(text.to_owned()));
        good.ok_or_else(|| BadDockerName(text.to_owned()))
    }
}

impl FromStr for ServiceName {
    type Err = BadDockerName;

    fn from_str(text: &str) -> Result<Self, BadDockerName> {
        let good = is_name(text, 63).then(|| Self(text.to_owned()));
        good.ok_or_else(|| BadDockerName(text.to_owned()))
    }
}

impl fmt::Display for DockerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Not a name that Docker takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadDockerName(String);

impl fmt::Display for BadDockerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a name for Docker: letters, digits, -, _ and ., a letter or digit at both \
             ends, at most 64 characters, of a service 63",
            self.0
        )
    }
}

impl std::error::Error for BadDockerName {}

#[cfg(test)]
mod tests {
    use super::{Docker, DockerName, ServiceName};

    fn docker(services: &[&str]) -> Docker {
        let services = services.iter().map(|name| name.parse().unwrap()).collect();
        Docker { carrier: None, services, target: "api_keys".parse().unwrap() }
    }

    #[test]
    fn names_that_docker_would_refuse_are_refused() {
        for bad in ["", "-a", "a_", "a b", "a$b", "é", &"a".repeat(65)] {
            assert!(bad.parse::<DockerName>().is_err(), "{bad}");
            assert!(bad.parse::<ServiceName>().is_err(), "{bad}");
        }
        assert!("a".repeat(64).parse::<DockerName>().is_ok());
        assert!("chapkit_api.keys-1".parse::<DockerName>().is_ok());
    }

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        let name = "keys".parse().unwrap();
        let commands = docker(&["web"]).commands(&name, 7, "it's $HOME.txt");
        let create = "docker secret create keys_v7 'it'\\''s $HOME.txt'\n";
        assert!(commands.starts_with(create), "{commands}");
        assert!(commands.contains("--secret-add source=keys_v7,target=api_keys web\n"));
        let commands = docker(&[]).commands(&name, 7, "-o");
        assert!(commands.starts_with("docker secret create keys_v7 ./-o\n# docker service update"));
    }

    #[test]
    fn a_path_in_a_compose_file_is_that_path() {
        for (path, written) in [
            ("api_keys.txt", "./api_keys.txt"),
            ("/run/$x: \"y\"", "/run/$$x: \\\"y\\\""),
            ("~/keys", "./~/keys"),
            ("../keys", "../keys"),
        ] {
            let wanted = format!("secrets:\n  api_keys:\n    file: \"{written}\"\n");
            assert_eq!(docker(&[]).fragment(path), wanted);
        }
        let with = docker(&["web"]).fragment("k");
        assert!(
            with.starts_with("services:\n  \"web\":\n    secrets:\n      - api_keys\nsecrets:\n")
        );
    }
}
