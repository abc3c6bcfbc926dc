//! The examples in help. A test parses every one of them with our own parser.

use clap::Command;

/// The verb, and what its examples do.
pub(super) type Examples = (&'static str, &'static [(&'static str, &'static str)]);

/// All examples by verb.
pub const EXAMPLES: &[Examples] = &[
    (
        "init",
        &[
            ("Make a vault and an identity with a passphrase", "keyctl init"),
            (
                "For a machine: an identity that only file permissions protect",
                "keyctl init --no-passphrase",
            ),
            ("A vault inside a repository", "keyctl init --vault ./keys"),
        ],
    ),
    (
        "new",
        &[
            (
                "A key named web in prod; the secret is printed once, alone",
                "keyctl new --env prod web",
            ),
            ("Without a name: key-1, key-2, …", "keyctl new --env dev"),
            ("Print nothing; export it later", "keyctl new prod/batch --no-show --owner ops"),
        ],
    ),
    (
        "list",
        &[
            ("Every key of every environment, without a passphrase", "keyctl list"),
            ("Every version ever made in prod", "keyctl list --env prod --all"),
        ],
    ),
    (
        "status",
        &[
            ("What is due within two weeks, and the command for each", "keyctl status"),
            ("What is due already in prod", "keyctl status --env prod --due 0d"),
            ("From cron: nothing is printed when nothing is due", "keyctl status --due 7d --quiet"),
            ("In a pipeline: exit code 3 when something is due", "keyctl status --due 0d --json"),
        ],
    ),
    (
        "show",
        &[
            ("All that is known of a key", "keyctl show prod/web"),
            ("With its secrets", "keyctl show prod/web --reveal"),
            ("The active secret on the clipboard, for 45 seconds", "keyctl show prod/web --clip"),
        ],
    ),
    (
        "set",
        &[
            (
                "Say what a key is for and when its life ends",
                "keyctl set prod/web --description 'public site' --expires 2027-12-31",
            ),
            ("Rename it", "keyctl set prod/web --name frontend"),
        ],
    ),
    (
        "revoke",
        &[
            ("One version", "keyctl revoke prod/web@1 --reason 'laptop stolen'"),
            ("Every version of a key", "keyctl revoke prod/web --reason 'service shut down' --yes"),
        ],
    ),
    ("restore", &[("Have services accept a retired version again", "keyctl restore prod/web@1")]),
    (
        "purge",
        &[
            (
                "Destroy what has been retired for longer than policy says",
                "keyctl purge --env prod",
            ),
            ("Destroy one retired version now", "keyctl purge prod/web@1 --yes"),
        ],
    ),
    (
        "rotate",
        &[
            ("Guided: where every rotation stands, and its next stage", "keyctl rotate"),
            ("1. Services must accept old and new", "keyctl rotate add prod/web"),
            (
                "2. Services have the list: clients send the new one",
                "keyctl rotate migrate prod/web",
            ),
            (
                "3. The old one is unused: services stop accepting it",
                "keyctl rotate remove prod/web",
            ),
            (
                "Logs prove that the old one is unused",
                "keyctl rotate remove prod/web --log access.log access.log.1.gz",
            ),
            ("Take the last stage back", "keyctl rotate back prod/web"),
            ("All keys of an environment at once", "keyctl rotate add --all --env prod"),
            (
                "A key has leaked: revoke it, and make another active at once",
                "keyctl rotate --compromised prod/web --reason 'posted in a ticket'",
            ),
        ],
    ),
    (
        "export",
        &[
            ("CHAPKIT_API_KEYS=…, all that services must accept", "keyctl export --env prod"),
            ("A key file for a Docker secret", "keyctl export --env prod --docker -o api_keys.txt"),
            (
                "The same as a secret of a swarm; prints the commands",
                "keyctl export --env prod --docker -o api_keys.txt --swarm chapkit_api_keys",
            ),
            ("A Kubernetes Secret", "keyctl export --env prod --k8s -o secret.yaml"),
            ("All of it, for programs", "keyctl export --env prod --format json -o keys.json"),
            ("A form of your own", "keyctl export --env prod --template keys.conf.j2 -o keys.conf"),
            ("The one value that clients send", "keyctl export prod/web --client --bare"),
            ("A .env file, single values too", "keyctl export --env prod -F dotenv -o keys.env"),
            ("Every target of keyctl.toml: what would change", "keyctl export --dry-run"),
            (
                "Credentials of a systemd service",
                "keyctl export --env prod -F systemd -o /etc/credstore/web/",
            ),
            ("Masked variables, in a step of a workflow", "keyctl export --env prod -F github"),
        ],
    ),
    (
        "check",
        &[
            ("Every target of keyctl.toml", "keyctl check"),
            ("What a file holds, before it is deployed", "keyctl check --env prod api_keys.txt"),
        ],
    ),
    (
        "import",
        &[
            (
                "What would become of a key file, line by line",
                "keyctl import api_keys.txt --env prod --dry-run",
            ),
            (
                "What a running service has in its environment",
                "keyctl import --from-env CHAPKIT_API_KEYS --env prod",
            ),
        ],
    ),
    (
        "run",
        &[
            (
                "Start a service with what it must accept",
                "keyctl run --env prod -- uvicorn app:app",
            ),
            (
                "One key, as its client sends it, under a name of your own",
                "keyctl run --only prod/web --client --var API_KEY -- ./smoke-test.sh",
            ),
        ],
    ),
    (
        "verify",
        &[
            ("From a pipe; exit code 3 when the answer is no", "keyctl verify --env prod"),
            ("From a file", "keyctl verify --file key.txt"),
            (
                "In CI, without any vault",
                "keyctl verify --env prod --manifest prod.manifest --trust prod.pub",
            ),
            ("Each key of a list, in a line each", "keyctl verify --batch --file api_keys.txt"),
            ("Whether it was cut off or mistyped, without any vault", "keyctl verify --form"),
        ],
    ),
    (
        "whois",
        &[
            ("Whose a fingerprint in a log is", "keyctl whois sha256:1bdf6593d4a8"),
            ("Whose a secret is", "keyctl whois --file found.txt"),
        ],
    ),
    (
        "manifest",
        &[
            ("Where the vault is: the key to trust, once", "keyctl manifest key --env prod"),
            ("A manifest for the next week", "keyctl manifest export --env prod -o prod.manifest"),
            ("Where it is carried: trust its key from now on", "keyctl manifest trust prod.pub"),
            ("Whether it can be relied on", "keyctl manifest check prod.manifest"),
        ],
    ),
    (
        "log",
        &[
            ("What was done in prod", "keyctl log --env prod"),
            ("What was done to one key", "keyctl log prod/web"),
        ],
    ),
    (
        "env",
        &[
            ("The environments, who reads them, their rules", "keyctl env list"),
            (
                "A new one with the recipients and rules of another",
                "keyctl env add staging --like prod",
            ),
            (
                "A short code, so that logs of seven characters tell keys apart",
                "keyctl env set prod --code p",
            ),
        ],
    ),
    (
        "scan",
        &[
            ("Every file below this directory", "keyctl scan"),
            ("What would be committed", "keyctl scan --staged"),
            ("All that a repository has ever held", "keyctl scan --git-history"),
            ("In a pipeline: a report that code scanning reads", "keyctl scan -F sarif src"),
            ("What another program writes", "keyctl scan -"),
            ("With imported keys, which have no form of ours", "keyctl scan --unlock"),
            (
                "Have gitleaks know the vault's keys",
                "keyctl scan --rules gitleaks > .gitleaks.toml",
            ),
        ],
    ),
    ("hook", &[("Keep keys out of this repository's commits", "keyctl hook install")]),
    (
        "recipients",
        &[
            ("Who can read prod", "keyctl recipients list --env prod"),
            (
                "Let somebody else read it too",
                "keyctl recipients add RECIPIENT --name ana@laptop --env prod",
            ),
        ],
    ),
    (
        "passwd",
        &[
            ("Change the passphrase of the identity", "keyctl passwd"),
            ("Take it away", "keyctl passwd --no-passphrase"),
        ],
    ),
    (
        "completions",
        &[(
            "For bash",
            "keyctl completions bash > ~/.local/share/bash-completion/completions/keyctl",
        )],
    ),
];

/// Puts its examples under the help of each verb.
pub(super) fn attach(command: Command) -> Command {
    EXAMPLES.iter().fold(command, |command, (verb, examples)| {
        let mut text = String::from("Examples:\n");
        for (purpose, line) in *examples {
            text.extend(["  # ", purpose, "\n  ", line, "\n"]);
        }
        command.mut_subcommand(verb, |verb| verb.after_help(text))
    })
}
