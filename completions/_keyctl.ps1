
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'keyctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'keyctl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'keyctl' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make a vault, and an identity to unlock it with')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key, and print its secret once')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List keys with their states, without a passphrase')
            [CompletionResult]::new('ls', 'ls', [CompletionResultType]::ParameterValue, 'List keys with their states, without a passphrase')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell what is due, and the command for it, without a passphrase')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show all that is known of a key')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change what is said of a key: name, owner, metadata, scopes, addresses, expiry')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Take a key or one version back for ever, and wipe its secret')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Have services accept a retired version again')
            [CompletionResult]::new('purge', 'purge', [CompletionResultType]::ParameterValue, 'Destroy the secrets of retired versions')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Replace a key in stages, so that nobody is cut off')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write what services must accept, or what clients send, in the form they read')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tell whether artifacts hold what they should')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take keys over that another tool or a hand-kept file holds')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run a program with the secrets of an environment in its variables')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Tell whether a secret is good, offline')
            [CompletionResult]::new('whois', 'whois', [CompletionResultType]::ParameterValue, 'Tell which key a fingerprint, a digest or a secret is of')
            [CompletionResult]::new('manifest', 'manifest', [CompletionResultType]::ParameterValue, 'Carry the signed index of an environment to machines without the vault')
            [CompletionResult]::new('log', 'log', [CompletionResultType]::ParameterValue, 'Show the history of an environment or a key: what was done, when and why')
            [CompletionResult]::new('env', 'env', [CompletionResultType]::ParameterValue, 'List, add, change and remove environments')
            [CompletionResult]::new('scan', 'scan', [CompletionResultType]::ParameterValue, 'Find keys in files, in what is staged, and in the history of a repository')
            [CompletionResult]::new('hook', 'hook', [CompletionResultType]::ParameterValue, 'Keep keys out of commits: a git pre-commit hook')
            [CompletionResult]::new('recipients', 'recipients', [CompletionResultType]::ParameterValue, 'List, add, remove and accept those who can read an environment')
            [CompletionResult]::new('passwd', 'passwd', [CompletionResultType]::ParameterValue, 'Change, set or take away the passphrase of an identity')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;init' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--no-passphrase', '--no-passphrase', [CompletionResultType]::ParameterName, 'Leave the identity to file permissions alone, for machines')
            [CompletionResult]::new('--no-manifest', '--no-manifest', [CompletionResultType]::ParameterName, 'Keep no readable index of names, states and dates in the vault')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;new' {
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'What is made: an API key, or a value of which there is one at a time (a session secret, a signing secret)')
            [CompletionResult]::new('--bytes', '--bytes', [CompletionResultType]::ParameterName, 'How many random bytes it has, 16 to 1024 [default: 32]')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'Base64url, hex or base62 [default: base64url]')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What the key is for')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Who answers for it')
            [CompletionResult]::new('--meta', '--meta', [CompletionResultType]::ParameterName, 'A string pair of your own; may be given several times')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'What the key may be used for; may be given several times')
            [CompletionResult]::new('--allow-ip', '--allow-ip', [CompletionResultType]::ParameterName, 'Where it may be used from, 192.0.2.7 or 192.0.2.0/24; may be given several times')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'When the key''s life ends: 90d, 2027-01-31, an RFC 3339 time')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--no-show', '--no-show', [CompletionResultType]::ParameterName, 'Do not print the secret')
            [CompletionResult]::new('--clip', '--clip', [CompletionResultType]::ParameterName, 'Copy the secret to the clipboard instead of printing it')
            [CompletionResult]::new('--reveal', '--reveal', [CompletionResultType]::ParameterName, 'With --json: put the secret into the report')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;list' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'List every version, not only the active one of each key')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'List every version, not only the active one of each key')
            [CompletionResult]::new('--unlock', '--unlock', [CompletionResultType]::ParameterName, 'Unlock the vault instead of reading manifests, and write those that are behind')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;ls' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'List every version, not only the active one of each key')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'List every version, not only the active one of each key')
            [CompletionResult]::new('--unlock', '--unlock', [CompletionResultType]::ParameterName, 'Unlock the vault instead of reading manifests, and write those that are behind')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;status' {
            [CompletionResult]::new('--due', '--due', [CompletionResultType]::ParameterName, 'How far to look ahead: 14d, 12h, 2w; 0d for what is due already')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;show' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--reveal', '--reveal', [CompletionResultType]::ParameterName, 'Show the secrets')
            [CompletionResult]::new('--clip', '--clip', [CompletionResultType]::ParameterName, 'Copy the secret to the clipboard and show nothing: of the version, else of the active one')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;set' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Give it another name')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What it is for; empty for nothing')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Who answers for it; empty for nobody')
            [CompletionResult]::new('--meta', '--meta', [CompletionResultType]::ParameterName, 'Set a string pair of your own; may be given several times')
            [CompletionResult]::new('--unset-meta', '--unset-meta', [CompletionResultType]::ParameterName, 'Take a string pair away; may be given several times')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Add a scope; may be given several times')
            [CompletionResult]::new('--unset-scope', '--unset-scope', [CompletionResultType]::ParameterName, 'Take a scope away; may be given several times')
            [CompletionResult]::new('--allow-ip', '--allow-ip', [CompletionResultType]::ParameterName, 'Allow it from there too, 192.0.2.7 or 192.0.2.0/24; may be given several times. A key without any is allowed from anywhere')
            [CompletionResult]::new('--unset-allow-ip', '--unset-allow-ip', [CompletionResultType]::ParameterName, 'Do not allow it from there any more; may be given several times')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'When its life ends: 90d, 2027-01-31, an RFC 3339 time, or never')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;revoke' {
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why; it is kept in the history')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;restore' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;purge' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;rotate' {
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, with --compromised')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All keys of the environment: the stage that is next for them, in one commit')
            [CompletionResult]::new('--compromised', '--compromised', [CompletionResultType]::ParameterName, 'The key has leaked: revoke what clients were given, and make another version active at once: the pending one, else a new one; KEY@N: revoke that version only')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON, with --compromised')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, '1. Add a version that services must accept beside the active one')
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, '2. Make the new version the one that clients send')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, '3. Have services stop accepting the old version')
            [CompletionResult]::new('back', 'back', [CompletionResultType]::ParameterValue, 'Take the last stage back')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show where rotations stand, without a passphrase')
            [CompletionResult]::new('evidence', 'evidence', [CompletionResultType]::ParameterValue, 'Tell from logs whether the next stage would cut somebody off')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;rotate;add' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All keys of the environment that are ready for it, in one commit')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;rotate;migrate' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Logs of the services, all pieces of all of them; plain or gzip; - is standard input')
            [CompletionResult]::new('--log-tz', '--log-tz', [CompletionResultType]::ParameterName, 'Zone of times that name none: UTC, local, +02:00, Europe/Oslo')
            [CompletionResult]::new('--pattern', '--pattern', [CompletionResultType]::ParameterName, 'Read lines of any form: a regular expression with the groups time, key and client, which matches requests that were let in and no others')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, with --force')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All keys of the environment that are ready for it, in one commit')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Take the stage whatever logs and quiet time say; the reason is recorded')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;rotate;remove' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Logs of the services, all pieces of all of them; plain or gzip; - is standard input')
            [CompletionResult]::new('--log-tz', '--log-tz', [CompletionResultType]::ParameterName, 'Zone of times that name none: UTC, local, +02:00, Europe/Oslo')
            [CompletionResult]::new('--pattern', '--pattern', [CompletionResultType]::ParameterName, 'Read lines of any form: a regular expression with the groups time, key and client, which matches requests that were let in and no others')
            [CompletionResult]::new('--quiet-for', '--quiet-for', [CompletionResultType]::ParameterName, 'How long the old version must have been out of use [default: the environment''s rule, or 1d with --log]')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, with --force')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All keys of the environment that are ready for it, in one commit')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Take the stage whatever logs and quiet time say; the reason is recorded')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;rotate;back' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;rotate;status' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;rotate;evidence' {
            [CompletionResult]::new('--log', '--log', [CompletionResultType]::ParameterName, 'Logs of the services, all pieces of all of them; plain or gzip; - is standard input')
            [CompletionResult]::new('--log-tz', '--log-tz', [CompletionResultType]::ParameterName, 'Zone of times that name none: UTC, local, +02:00, Europe/Oslo')
            [CompletionResult]::new('--pattern', '--pattern', [CompletionResultType]::ParameterName, 'Read lines of any form: a regular expression with the groups time, key and client, which matches requests that were let in and no others')
            [CompletionResult]::new('--quiet-for', '--quiet-for', [CompletionResultType]::ParameterName, 'How long the old version must not have been used [default: the environment''s rule, or 1d]')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;rotate;help' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, '1. Add a version that services must accept beside the active one')
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, '2. Make the new version the one that clients send')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, '3. Have services stop accepting the old version')
            [CompletionResult]::new('back', 'back', [CompletionResultType]::ParameterValue, 'Take the last stage back')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show where rotations stand, without a passphrase')
            [CompletionResult]::new('evidence', 'evidence', [CompletionResultType]::ParameterValue, 'Tell from logs whether the next stage would cut somebody off')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;rotate;help;add' {
            break
        }
        'keyctl;rotate;help;migrate' {
            break
        }
        'keyctl;rotate;help;remove' {
            break
        }
        'keyctl;rotate;help;back' {
            break
        }
        'keyctl;rotate;help;status' {
            break
        }
        'keyctl;rotate;help;evidence' {
            break
        }
        'keyctl;rotate;help;help' {
            break
        }
        'keyctl;export' {
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'Write only this target of keyctl.toml; may be given several times')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Format [default: chapkit]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format [default: chapkit]')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'Name of the variable [default: `CHAPKIT_API_KEYS`, or `CHAPKIT_API_KEY` with --client; for a single value its own name]')
            [CompletionResult]::new('--shell', '--shell', [CompletionResultType]::ParameterName, 'Lines that a shell evaluates, each value quoted for it')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the Secret [default: chapkit-api-keys, or chapkit-api-key with --client]')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace of the Secret')
            [CompletionResult]::new('--data-key', '--data-key', [CompletionResultType]::ParameterName, 'File name of the key file in the Secret [default: `api_keys.txt`, or `api_key.txt` with --client]')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'A label; may be given several times')
            [CompletionResult]::new('--annotation', '--annotation', [CompletionResultType]::ParameterName, 'An annotation, its value any text; may be given several times')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Type of the Secret [default: Opaque]')
            [CompletionResult]::new('--swarm', '--swarm', [CompletionResultType]::ParameterName, 'Print the commands that make the file the Docker secret `NAME_vGENERATION` and give it to services')
            [CompletionResult]::new('--service', '--service', [CompletionResultType]::ParameterName, 'With --swarm or --compose: a service that reads it; may be given several times')
            [CompletionResult]::new('--template', '--template', [CompletionResultType]::ParameterName, 'Write what this Jinja template makes of the fields of --format json; stands for --format template')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'What the gateway reads: basic, or extended with rate limit and expiry [default: basic]')
            [CompletionResult]::new('--expiry-zone', '--expiry-zone', [CompletionResultType]::ParameterName, 'Whose clocks the gateway''s machine shows: UTC, local (this machine), +02:00 or Europe/Oslo [default: UTC, as in a container]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'File of heare-auth to add to, keeping what others put there [default: that of -o, where there is one]')
            [CompletionResult]::new('--storage-secret-file', '--storage-secret-file', [CompletionResultType]::ParameterName, 'Encrypt with the service''s `STORAGE_SECRET`, which is in this file')
            [CompletionResult]::new('--permas-env', '--permas-env', [CompletionResultType]::ParameterName, 'Environment of the rows: test or live [default: as the environment''s name tells]')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that the rows belong to [default: keyctl]')
            [CompletionResult]::new('--credential', '--credential', [CompletionResultType]::ParameterName, 'Name of the list''s credential [default: `api_keys`, or `api_key` with --client]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, in one step and with mode 0600; - is standard output; with --format systemd to a directory')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, in one step and with mode 0600; - is standard output; with --format systemd to a directory')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'Permission bits of the file, in octal [default: 0600]')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--chapkit', '--chapkit', [CompletionResultType]::ParameterName, 'NAME=K1,K2 for chapkit and servicekit; short for --format chapkit')
            [CompletionResult]::new('--docker', '--docker', [CompletionResultType]::ParameterName, 'A key file for a Docker secret; short for --format docker')
            [CompletionResult]::new('--k8s', '--k8s', [CompletionResultType]::ParameterName, 'A Kubernetes Secret; short for --format k8s')
            [CompletionResult]::new('--bare', '--bare', [CompletionResultType]::ParameterName, 'The value alone, without the name of a variable')
            [CompletionResult]::new('--env-from', '--env-from', [CompletionResultType]::ParameterName, 'Each value under the name of its variable, for envFrom')
            [CompletionResult]::new('--immutable', '--immutable', [CompletionResultType]::ParameterName, 'The cluster refuses changes to the Secret: a new list needs a new name')
            [CompletionResult]::new('--append-hash', '--append-hash', [CompletionResultType]::ParameterName, 'Add a hash of the contents to the name, the one that kubectl create secret --append-hash adds')
            [CompletionResult]::new('--string-data', '--string-data', [CompletionResultType]::ParameterName, 'Write stringData, in clear, instead of data in base64; apply it with --server-side, as kubectl apply without it keeps a copy of the values in an annotation')
            [CompletionResult]::new('--compose', '--compose', [CompletionResultType]::ParameterName, 'Print the part of a compose file that names the file as a secret')
            [CompletionResult]::new('--python', '--python', [CompletionResultType]::ParameterName, 'A Python set, `API_KEYS = {"K1", "K2"}`; this is the default, and --bare is K1,K2')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'The one value that clients of one key send, instead of the list')
            [CompletionResult]::new('--skip-expired', '--skip-expired', [CompletionResultType]::ParameterName, 'Leave out keys whose active version has expired')
            [CompletionResult]::new('--clip', '--clip', [CompletionResultType]::ParameterName, 'Copy the value to the clipboard instead of printing it: alone, as with --bare')
            [CompletionResult]::new('--outside', '--outside', [CompletionResultType]::ParameterName, 'Write targets of keyctl.toml outside its directory too')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be written or changed, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be written or changed, and write nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a file in which something stands that keyctl did not write')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;check' {
            [CompletionResult]::new('--from-env', '--from-env', [CompletionResultType]::ParameterName, 'Check the value of this environment variable')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Format [default: what the content looks like]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format [default: what the content looks like]')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'What the gateway reads: basic, or extended with rate limit and expiry [default: extended]')
            [CompletionResult]::new('--expiry-zone', '--expiry-zone', [CompletionResultType]::ParameterName, 'Whose clocks the gateway''s machine shows: UTC, local (this machine), +02:00 or Europe/Oslo [default: UTC, as in a container]')
            [CompletionResult]::new('--storage-secret-file', '--storage-secret-file', [CompletionResultType]::ParameterName, 'The `STORAGE_SECRET` that a file of heare-auth is encrypted with is in this file')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'The files are of clients, which send one active version')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;import' {
            [CompletionResult]::new('--from-env', '--from-env', [CompletionResultType]::ParameterName, 'Read the value of this environment variable')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Format [default: what the content looks like]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format [default: what the content looks like]')
            [CompletionResult]::new('--dialect', '--dialect', [CompletionResultType]::ParameterName, 'What the gateway reads: basic, or extended with rate limit and expiry [default: extended]')
            [CompletionResult]::new('--expiry-zone', '--expiry-zone', [CompletionResultType]::ParameterName, 'Whose clocks the gateway''s machine shows: UTC, local (this machine), +02:00 or Europe/Oslo [default: UTC, as in a container]')
            [CompletionResult]::new('--storage-secret-file', '--storage-secret-file', [CompletionResultType]::ParameterName, 'The `STORAGE_SECRET` that a file of heare-auth is encrypted with is in this file')
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'What is taken over: API keys, or single values [default: what the file says, else api-key]')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'Take these variables or data keys alone; may be given several times [default: of several those that are called like API keys]')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'How keys are called that have no name in the file: NAME-1, NAME-2, … [default: key]')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'When their life ends, where the file does not say: 90d, 2027-01-31')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Leave out what cannot be taken over, instead of taking nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;run' {
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only these keys, [ENV/]NAME; may be given several times')
            [CompletionResult]::new('--except', '--except', [CompletionResultType]::ParameterName, 'All keys but these; may be given several times')
            [CompletionResult]::new('--var', '--var', [CompletionResultType]::ParameterName, 'Name of the variable [default: `CHAPKIT_API_KEYS`, or `CHAPKIT_API_KEY` with --client]')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'The one value that clients of one key send, instead of the list')
            [CompletionResult]::new('--skip-expired', '--skip-expired', [CompletionResultType]::ParameterName, 'Leave out keys whose active version has expired')
            [CompletionResult]::new('--pristine', '--pristine', [CompletionResultType]::ParameterName, 'Give the program no other variables than these')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;verify' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read the secret from a file; - is standard input')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read the secret from a file; - is standard input')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'The key must have this scope; may be given several times. A key without scopes has none')
            [CompletionResult]::new('--ip', '--ip', [CompletionResultType]::ParameterName, 'The key must be allowed from this address. A key without addresses is, from anywhere')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Whether it is good at this time, not now: 30d, 2027-01-31, an RFC 3339 time')
            [CompletionResult]::new('--manifest', '--manifest', [CompletionResultType]::ParameterName, 'Look in this manifest instead of the vault; may be given several times')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'The key that must have signed it, as text or as a file [default: those of `manifest trust`]')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Answer for each line, while they come')
            [CompletionResult]::new('--form', '--form', [CompletionResultType]::ParameterName, 'Look at the form alone: no vault, no manifest')
            [CompletionResult]::new('--unlock', '--unlock', [CompletionResultType]::ParameterName, 'Unlock the vault instead of reading manifests: it knows reasons and metadata too')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;whois' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read the secret from a file; - is standard input')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read the secret from a file; - is standard input')
            [CompletionResult]::new('--manifest', '--manifest', [CompletionResultType]::ParameterName, 'Look in this manifest instead of the vault; may be given several times')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'The key that must have signed it, as text or as a file [default: those of `manifest trust`]')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;manifest' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write a freshly signed manifest that ends by itself')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'Print the public key that proves an environment''s manifests, in signify''s form')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a manifest says')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tell whether a manifest is proven, in force, and not older than one seen before')
            [CompletionResult]::new('trust', 'trust', [CompletionResultType]::ParameterValue, 'Trust the manifests that a key signs, on this machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;manifest;export' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a file, in one step and with mode 0600, also over another manifest; - is standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a file, in one step and with mode 0600, also over another manifest; - is standard output')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'When it stops being an answer: 7d, 2027-01-31, an RFC 3339 time, or never')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;manifest;key' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;manifest;show' {
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'The key that must have signed it, as text or as a file [default: those of `manifest trust`]')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;manifest;check' {
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'The key that must have signed it, as text or as a file [default: those of `manifest trust`]')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;manifest;trust' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--remove', '--remove', [CompletionResultType]::ParameterName, 'Trust it no longer')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;manifest;help' {
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write a freshly signed manifest that ends by itself')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'Print the public key that proves an environment''s manifests, in signify''s form')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a manifest says')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tell whether a manifest is proven, in force, and not older than one seen before')
            [CompletionResult]::new('trust', 'trust', [CompletionResultType]::ParameterValue, 'Trust the manifests that a key signs, on this machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;manifest;help;export' {
            break
        }
        'keyctl;manifest;help;key' {
            break
        }
        'keyctl;manifest;help;show' {
            break
        }
        'keyctl;manifest;help;check' {
            break
        }
        'keyctl;manifest;help;trust' {
            break
        }
        'keyctl;manifest;help;help' {
            break
        }
        'keyctl;log' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;env' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the environments with their rules and recipients')
            [CompletionResult]::new('ls', 'ls', [CompletionResultType]::ParameterValue, 'List the environments with their rules and recipients')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Make an environment')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change an environment''s rules')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Take an environment out of the vault')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Take an environment out of the vault')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;env;list' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;env;ls' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;env;add' {
            [CompletionResult]::new('--like', '--like', [CompletionResultType]::ParameterName, 'Take recipients and rules from another environment')
            [CompletionResult]::new('--code', '--code', [CompletionResultType]::ParameterName, 'What stands for the environment in its keys, `sk_CODE_…`: a short one lets logs tell keys apart')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Form of new keys: sk, permas-test, permas-live, gateway, heare, custom:TEMPLATE')
            [CompletionResult]::new('--rotate-every', '--rotate-every', [CompletionResultType]::ParameterName, 'How old an active version may become, or never')
            [CompletionResult]::new('--expire-after', '--expire-after', [CompletionResultType]::ParameterName, 'How long a new version lives, or never for no end')
            [CompletionResult]::new('--grace', '--grace', [CompletionResultType]::ParameterName, 'How long a replaced version stays accepted before its removal is due')
            [CompletionResult]::new('--purge-after', '--purge-after', [CompletionResultType]::ParameterName, 'How long a retired version can be restored before purge destroys it')
            [CompletionResult]::new('--quiet-for', '--quiet-for', [CompletionResultType]::ParameterName, 'How long an old version must be out of use before `rotate remove`, or never to take a person''s word')
            [CompletionResult]::new('--formats', '--formats', [CompletionResultType]::ParameterName, 'What its services read, for the commands that each stage of a rotation suggests')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--allow-lookalike', '--allow-lookalike', [CompletionResultType]::ParameterName, 'Allow the codes live and test, which scanners take for Stripe keys')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;env;set' {
            [CompletionResult]::new('--code', '--code', [CompletionResultType]::ParameterName, 'What stands for the environment in its keys, `sk_CODE_…`: a short one lets logs tell keys apart')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Form of new keys: sk, permas-test, permas-live, gateway, heare, custom:TEMPLATE')
            [CompletionResult]::new('--rotate-every', '--rotate-every', [CompletionResultType]::ParameterName, 'How old an active version may become, or never')
            [CompletionResult]::new('--expire-after', '--expire-after', [CompletionResultType]::ParameterName, 'How long a new version lives, or never for no end')
            [CompletionResult]::new('--grace', '--grace', [CompletionResultType]::ParameterName, 'How long a replaced version stays accepted before its removal is due')
            [CompletionResult]::new('--purge-after', '--purge-after', [CompletionResultType]::ParameterName, 'How long a retired version can be restored before purge destroys it')
            [CompletionResult]::new('--quiet-for', '--quiet-for', [CompletionResultType]::ParameterName, 'How long an old version must be out of use before `rotate remove`, or never to take a person''s word')
            [CompletionResult]::new('--formats', '--formats', [CompletionResultType]::ParameterName, 'What its services read, for the commands that each stage of a rotation suggests')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--allow-lookalike', '--allow-lookalike', [CompletionResultType]::ParameterName, 'Allow the codes live and test, which scanners take for Stripe keys')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;env;remove' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Remove it although services still accept keys of it')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;env;rm' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Remove it although services still accept keys of it')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;env;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the environments with their rules and recipients')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Make an environment')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change an environment''s rules')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Take an environment out of the vault')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;env;help;list' {
            break
        }
        'keyctl;env;help;add' {
            break
        }
        'keyctl;env;help;set' {
            break
        }
        'keyctl;env;help;remove' {
            break
        }
        'keyctl;env;help;help' {
            break
        }
        'keyctl;scan' {
            [CompletionResult]::new('--git-history', '--git-history', [CompletionResultType]::ParameterName, 'Scan every object of the repository, messages included, or those of a RANGE (main..dev)')
            [CompletionResult]::new('-F', '-F ', [CompletionResultType]::ParameterName, 'Form of the report: text, json, sarif or github (annotations of a workflow)')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report: text, json, sarif or github (annotations of a workflow)')
            [CompletionResult]::new('--rules', '--rules', [CompletionResultType]::ParameterName, 'Scan nothing: print rules for another scanner: gitleaks, trufflehog or github')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--staged', '--staged', [CompletionResultType]::ParameterName, 'Scan what would be committed: what is staged and differs from HEAD')
            [CompletionResult]::new('--gitignore', '--gitignore', [CompletionResultType]::ParameterName, 'Leave out what git ignores')
            [CompletionResult]::new('--unlock', '--unlock', [CompletionResultType]::ParameterName, 'Unlock the vault, and look for keys without a form of ours too')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;hook' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Install the hook in this repository')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Remove the hook, where it is this one')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;hook;install' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;hook;uninstall' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;hook;help' {
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Install the hook in this repository')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Remove the hook, where it is this one')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;hook;help;install' {
            break
        }
        'keyctl;hook;help;uninstall' {
            break
        }
        'keyctl;hook;help;help' {
            break
        }
        'keyctl;recipients' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List who can read the environment')
            [CompletionResult]::new('ls', 'ls', [CompletionResultType]::ParameterValue, 'List who can read the environment')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Let somebody read the environment')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Keep somebody from reading what is written from now on')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Keep somebody from reading what is written from now on')
            [CompletionResult]::new('accept', 'accept', [CompletionResultType]::ParameterValue, 'Accept recipients that were changed on another machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;recipients;list' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;recipients;ls' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Report as JSON')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;recipients;add' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What to call the reader')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;recipients;remove' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;recipients;rm' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;recipients;accept' {
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to every question')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;recipients;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List who can read the environment')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Let somebody read the environment')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Keep somebody from reading what is written from now on')
            [CompletionResult]::new('accept', 'accept', [CompletionResultType]::ParameterValue, 'Accept recipients that were changed on another machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;recipients;help;list' {
            break
        }
        'keyctl;recipients;help;add' {
            break
        }
        'keyctl;recipients;help;remove' {
            break
        }
        'keyctl;recipients;help;accept' {
            break
        }
        'keyctl;recipients;help;help' {
            break
        }
        'keyctl;passwd' {
            [CompletionResult]::new('--new-passphrase-file', '--new-passphrase-file', [CompletionResultType]::ParameterName, 'Read the new passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--no-passphrase', '--no-passphrase', [CompletionResultType]::ParameterName, 'Leave the identity to file permissions alone')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and change nothing')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'keyctl;completions' {
            [CompletionResult]::new('--bin-name', '--bin-name', [CompletionResultType]::ParameterName, 'The name that this program is called by [default: as it was called now]')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Environment to work in')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'Directory of the vault [default: the platform''s data directory]')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--identity', '--identity', [CompletionResultType]::ParameterName, 'Identity file to unlock with; may be given several times')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from the first line of a file; - is standard input')
            [CompletionResult]::new('--passphrase-fd', '--passphrase-fd', [CompletionResultType]::ParameterName, 'Read the identity''s passphrase from this open file descriptor')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always, never')
            [CompletionResult]::new('--accept-rollback', '--accept-rollback', [CompletionResultType]::ParameterName, 'Accept an older or replaced file of an environment')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask: fail where a question would be')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say only what needs attention')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'keyctl;help' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make a vault, and an identity to unlock it with')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key, and print its secret once')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List keys with their states, without a passphrase')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell what is due, and the command for it, without a passphrase')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show all that is known of a key')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change what is said of a key: name, owner, metadata, scopes, addresses, expiry')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Take a key or one version back for ever, and wipe its secret')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Have services accept a retired version again')
            [CompletionResult]::new('purge', 'purge', [CompletionResultType]::ParameterValue, 'Destroy the secrets of retired versions')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Replace a key in stages, so that nobody is cut off')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write what services must accept, or what clients send, in the form they read')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tell whether artifacts hold what they should')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take keys over that another tool or a hand-kept file holds')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run a program with the secrets of an environment in its variables')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Tell whether a secret is good, offline')
            [CompletionResult]::new('whois', 'whois', [CompletionResultType]::ParameterValue, 'Tell which key a fingerprint, a digest or a secret is of')
            [CompletionResult]::new('manifest', 'manifest', [CompletionResultType]::ParameterValue, 'Carry the signed index of an environment to machines without the vault')
            [CompletionResult]::new('log', 'log', [CompletionResultType]::ParameterValue, 'Show the history of an environment or a key: what was done, when and why')
            [CompletionResult]::new('env', 'env', [CompletionResultType]::ParameterValue, 'List, add, change and remove environments')
            [CompletionResult]::new('scan', 'scan', [CompletionResultType]::ParameterValue, 'Find keys in files, in what is staged, and in the history of a repository')
            [CompletionResult]::new('hook', 'hook', [CompletionResultType]::ParameterValue, 'Keep keys out of commits: a git pre-commit hook')
            [CompletionResult]::new('recipients', 'recipients', [CompletionResultType]::ParameterValue, 'List, add, remove and accept those who can read an environment')
            [CompletionResult]::new('passwd', 'passwd', [CompletionResultType]::ParameterValue, 'Change, set or take away the passphrase of an identity')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'keyctl;help;init' {
            break
        }
        'keyctl;help;new' {
            break
        }
        'keyctl;help;list' {
            break
        }
        'keyctl;help;status' {
            break
        }
        'keyctl;help;show' {
            break
        }
        'keyctl;help;set' {
            break
        }
        'keyctl;help;revoke' {
            break
        }
        'keyctl;help;restore' {
            break
        }
        'keyctl;help;purge' {
            break
        }
        'keyctl;help;rotate' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, '1. Add a version that services must accept beside the active one')
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, '2. Make the new version the one that clients send')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, '3. Have services stop accepting the old version')
            [CompletionResult]::new('back', 'back', [CompletionResultType]::ParameterValue, 'Take the last stage back')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show where rotations stand, without a passphrase')
            [CompletionResult]::new('evidence', 'evidence', [CompletionResultType]::ParameterValue, 'Tell from logs whether the next stage would cut somebody off')
            break
        }
        'keyctl;help;rotate;add' {
            break
        }
        'keyctl;help;rotate;migrate' {
            break
        }
        'keyctl;help;rotate;remove' {
            break
        }
        'keyctl;help;rotate;back' {
            break
        }
        'keyctl;help;rotate;status' {
            break
        }
        'keyctl;help;rotate;evidence' {
            break
        }
        'keyctl;help;export' {
            break
        }
        'keyctl;help;check' {
            break
        }
        'keyctl;help;import' {
            break
        }
        'keyctl;help;run' {
            break
        }
        'keyctl;help;verify' {
            break
        }
        'keyctl;help;whois' {
            break
        }
        'keyctl;help;manifest' {
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write a freshly signed manifest that ends by itself')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'Print the public key that proves an environment''s manifests, in signify''s form')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a manifest says')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Tell whether a manifest is proven, in force, and not older than one seen before')
            [CompletionResult]::new('trust', 'trust', [CompletionResultType]::ParameterValue, 'Trust the manifests that a key signs, on this machine')
            break
        }
        'keyctl;help;manifest;export' {
            break
        }
        'keyctl;help;manifest;key' {
            break
        }
        'keyctl;help;manifest;show' {
            break
        }
        'keyctl;help;manifest;check' {
            break
        }
        'keyctl;help;manifest;trust' {
            break
        }
        'keyctl;help;log' {
            break
        }
        'keyctl;help;env' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the environments with their rules and recipients')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Make an environment')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Change an environment''s rules')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Take an environment out of the vault')
            break
        }
        'keyctl;help;env;list' {
            break
        }
        'keyctl;help;env;add' {
            break
        }
        'keyctl;help;env;set' {
            break
        }
        'keyctl;help;env;remove' {
            break
        }
        'keyctl;help;scan' {
            break
        }
        'keyctl;help;hook' {
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Install the hook in this repository')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Remove the hook, where it is this one')
            break
        }
        'keyctl;help;hook;install' {
            break
        }
        'keyctl;help;hook;uninstall' {
            break
        }
        'keyctl;help;recipients' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List who can read the environment')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Let somebody read the environment')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Keep somebody from reading what is written from now on')
            [CompletionResult]::new('accept', 'accept', [CompletionResultType]::ParameterValue, 'Accept recipients that were changed on another machine')
            break
        }
        'keyctl;help;recipients;list' {
            break
        }
        'keyctl;help;recipients;add' {
            break
        }
        'keyctl;help;recipients;remove' {
            break
        }
        'keyctl;help;recipients;accept' {
            break
        }
        'keyctl;help;passwd' {
            break
        }
        'keyctl;help;completions' {
            break
        }
        'keyctl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
