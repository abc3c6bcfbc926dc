# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_keyctl_global_optspecs
    string join \n e/env= vault= i/identity= passphrase-file= passphrase-fd= accept-rollback no-input q/quiet v/verbose color= h/help V/version
end

function __fish_keyctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_keyctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_keyctl_using_subcommand
    set -l cmd (__fish_keyctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c keyctl -n "__fish_keyctl_needs_command" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_needs_command" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_needs_command" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_needs_command" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_needs_command" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_needs_command" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_needs_command" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_needs_command" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_needs_command" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_needs_command" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_needs_command" -s V -l version -d 'Print version'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "init" -d 'Make a vault, and an identity to unlock it with'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "new" -d 'Make a key, and print its secret once'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "list" -d 'List keys with their states, without a passphrase'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "ls" -d 'List keys with their states, without a passphrase'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "status" -d 'Tell what is due, and the command for it, without a passphrase'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "show" -d 'Show all that is known of a key'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "set" -d 'Change what is said of a key: name, owner, metadata, scopes, addresses, expiry'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "revoke" -d 'Take a key or one version back for ever, and wipe its secret'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "restore" -d 'Have services accept a retired version again'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "purge" -d 'Destroy the secrets of retired versions'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "rotate" -d 'Replace a key in stages, so that nobody is cut off'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "export" -d 'Write what services must accept, or what clients send, in the form they read'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "check" -d 'Tell whether artifacts hold what they should'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "import" -d 'Take keys over that another tool or a hand-kept file holds'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "run" -d 'Run a program with the secrets of an environment in its variables'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "verify" -d 'Tell whether a secret is good, offline'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "whois" -d 'Tell which key a fingerprint, a digest or a secret is of'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "manifest" -d 'Carry the signed index of an environment to machines without the vault'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "log" -d 'Show the history of an environment or a key: what was done, when and why'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "env" -d 'List, add, change and remove environments'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "scan" -d 'Find keys in files, in what is staged, and in the history of a repository'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "hook" -d 'Keep keys out of commits: a git pre-commit hook'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "recipients" -d 'List, add, remove and accept those who can read an environment'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "passwd" -d 'Change, set or take away the passphrase of an identity'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l no-passphrase -d 'Leave the identity to file permissions alone, for machines'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l no-manifest -d 'Keep no readable index of names, states and dates in the vault'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l kind -d 'What is made: an API key, or a value of which there is one at a time (a session secret, a signing secret)' -r -f -a "api-key\t'Services accept a list of them, so that rotation cuts nobody off'
secret\t'There is one value at a time'"
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l bytes -d 'How many random bytes it has, 16 to 1024 [default: 32]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l encoding -d 'Base64url, hex or base62 [default: base64url]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l description -d 'What the key is for' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l owner -d 'Who answers for it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l meta -d 'A string pair of your own; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l scope -d 'What the key may be used for; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l allow-ip -d 'Where it may be used from, 192.0.2.7 or 192.0.2.0/24; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l expires -d 'When the key\'s life ends: 90d, 2027-01-31, an RFC 3339 time' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l no-show -d 'Do not print the secret'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l clip -d 'Copy the secret to the clipboard instead of printing it'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l reveal -d 'With --json: put the secret into the report'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -s a -l all -d 'List every version, not only the active one of each key'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l unlock -d 'Unlock the vault instead of reading manifests, and write those that are behind'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -s a -l all -d 'List every version, not only the active one of each key'
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -l unlock -d 'Unlock the vault instead of reading manifests, and write those that are behind'
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -l due -d 'How far to look ahead: 14d, 12h, 2w; 0d for what is due already' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l reveal -d 'Show the secrets'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l clip -d 'Copy the secret to the clipboard and show nothing: of the version, else of the active one'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l name -d 'Give it another name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l description -d 'What it is for; empty for nothing' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l owner -d 'Who answers for it; empty for nobody' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l meta -d 'Set a string pair of your own; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l unset-meta -d 'Take a string pair away; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l scope -d 'Add a scope; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l unset-scope -d 'Take a scope away; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l allow-ip -d 'Allow it from there too, 192.0.2.7 or 192.0.2.0/24; may be given several times. A key without any is allowed from anywhere' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l unset-allow-ip -d 'Do not allow it from there any more; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l expires -d 'When its life ends: 90d, 2027-01-31, an RFC 3339 time, or never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand set" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l reason -d 'Why; it is kept in the history' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand purge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -l reason -d 'Why, with --compromised' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -l all -d 'All keys of the environment: the stage that is next for them, in one commit'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -l compromised -d 'The key has leaked: revoke what clients were given, and make another version active at once: the pending one, else a new one; KEY@N: revoke that version only'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -l json -d 'Report as JSON, with --compromised'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -a "add" -d '1. Add a version that services must accept beside the active one'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -a "migrate" -d '2. Make the new version the one that clients send'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -a "remove" -d '3. Have services stop accepting the old version'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -a "back" -d 'Take the last stage back'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -a "status" -d 'Show where rotations stand, without a passphrase'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -a "evidence" -d 'Tell from logs whether the next stage would cut somebody off'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and not __fish_seen_subcommand_from add migrate remove back status evidence help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -l all -d 'All keys of the environment that are ready for it, in one commit'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l log -d 'Logs of the services, all pieces of all of them; plain or gzip; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l log-tz -d 'Zone of times that name none: UTC, local, +02:00, Europe/Oslo' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l pattern -d 'Read lines of any form: a regular expression with the groups time, key and client, which matches requests that were let in and no others' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l reason -d 'Why, with --force' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l all -d 'All keys of the environment that are ready for it, in one commit'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l force -d 'Take the stage whatever logs and quiet time say; the reason is recorded'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from migrate" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l log -d 'Logs of the services, all pieces of all of them; plain or gzip; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l log-tz -d 'Zone of times that name none: UTC, local, +02:00, Europe/Oslo' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l pattern -d 'Read lines of any form: a regular expression with the groups time, key and client, which matches requests that were let in and no others' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l quiet-for -d 'How long the old version must have been out of use [default: the environment\'s rule, or 1d with --log]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l reason -d 'Why, with --force' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l all -d 'All keys of the environment that are ready for it, in one commit'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l force -d 'Take the stage whatever logs and quiet time say; the reason is recorded'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from back" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l log -d 'Logs of the services, all pieces of all of them; plain or gzip; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l log-tz -d 'Zone of times that name none: UTC, local, +02:00, Europe/Oslo' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l pattern -d 'Read lines of any form: a regular expression with the groups time, key and client, which matches requests that were let in and no others' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l quiet-for -d 'How long the old version must not have been used [default: the environment\'s rule, or 1d]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from evidence" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from help" -f -a "add" -d '1. Add a version that services must accept beside the active one'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from help" -f -a "migrate" -d '2. Make the new version the one that clients send'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from help" -f -a "remove" -d '3. Have services stop accepting the old version'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from help" -f -a "back" -d 'Take the last stage back'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show where rotations stand, without a passphrase'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from help" -f -a "evidence" -d 'Tell from logs whether the next stage would cut somebody off'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l target -d 'Write only this target of keyctl.toml; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -s F -l format -d 'Format [default: chapkit]' -r -f -a "chapkit\t'NAME=K1,K2'
docker\t'One key a line'
k8s\t'A Secret'
gateway\t'Lines of `key_id:api_key` for a file gateway'
heare\t'The keys.json of heare-auth'
permas\t'SQL for auth-api-client: digests, no secret'
json\t'All of it, for programs'
template\t'A form of your own'
dotenv\t'NAME=\'K1,K2\', for compose\'s .env, python-dotenv, dotenv of Node.js and a shell'
docker-env\t'NAME=K1,K2 verbatim, for docker run --env-file'
responder\t'`API_KEYS = {"K1", "K2"}`, or K1,K2 with --bare'
systemd\t'Credentials: files with -o DIR/, else lines of a unit'
github\t'In a step of a workflow: masks each secret, and adds the variables to the file that `GITHUB_ENV` or -o names. Without a >: masks work on the step\'s own output alone'"
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l var -d 'Name of the variable [default: `CHAPKIT_API_KEYS`, or `CHAPKIT_API_KEY` with --client; for a single value its own name]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l shell -d 'Lines that a shell evaluates, each value quoted for it' -r -f -a "sh\t'sh, bash, dash, ksh and zsh'
fish\t'fish'
pwsh\t'PowerShell'"
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l name -d 'Name of the Secret [default: chapkit-api-keys, or chapkit-api-key with --client]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l namespace -d 'Namespace of the Secret' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l data-key -d 'File name of the key file in the Secret [default: `api_keys.txt`, or `api_key.txt` with --client]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l label -d 'A label; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l annotation -d 'An annotation, its value any text; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l type -d 'Type of the Secret [default: Opaque]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l swarm -d 'Print the commands that make the file the Docker secret `NAME_vGENERATION` and give it to services' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l service -d 'With --swarm or --compose: a service that reads it; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l template -d 'Write what this Jinja template makes of the fields of --format json; stands for --format template' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l dialect -d 'What the gateway reads: basic, or extended with rate limit and expiry [default: basic]' -r -f -a "basic\t'An id and a key'
extended\t'Also rate limit and expiry'"
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l expiry-zone -d 'Whose clocks the gateway\'s machine shows: UTC, local (this machine), +02:00 or Europe/Oslo [default: UTC, as in a container]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l into -d 'File of heare-auth to add to, keeping what others put there [default: that of -o, where there is one]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l storage-secret-file -d 'Encrypt with the service\'s `STORAGE_SECRET`, which is in this file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l permas-env -d 'Environment of the rows: test or live [default: as the environment\'s name tells]' -r -f -a "test\t'For trying out'
live\t'For real'"
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l provider -d 'Provider that the rows belong to [default: keyctl]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l credential -d 'Name of the list\'s credential [default: `api_keys`, or `api_key` with --client]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -s o -l output -d 'Write to a file, in one step and with mode 0600; - is standard output; with --format systemd to a directory' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l mode -d 'Permission bits of the file, in octal [default: 0600]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l chapkit -d 'NAME=K1,K2 for chapkit and servicekit; short for --format chapkit'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l docker -d 'A key file for a Docker secret; short for --format docker'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l k8s -d 'A Kubernetes Secret; short for --format k8s'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l bare -d 'The value alone, without the name of a variable'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l env-from -d 'Each value under the name of its variable, for envFrom'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l immutable -d 'The cluster refuses changes to the Secret: a new list needs a new name'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l append-hash -d 'Add a hash of the contents to the name, the one that kubectl create secret --append-hash adds'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l string-data -d 'Write stringData, in clear, instead of data in base64; apply it with --server-side, as kubectl apply without it keeps a copy of the values in an annotation'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l compose -d 'Print the part of a compose file that names the file as a secret'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l python -d 'A Python set, `API_KEYS = {"K1", "K2"}`; this is the default, and --bare is K1,K2'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l client -d 'The one value that clients of one key send, instead of the list'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l skip-expired -d 'Leave out keys whose active version has expired'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l clip -d 'Copy the value to the clipboard instead of printing it: alone, as with --bare'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l outside -d 'Write targets of keyctl.toml outside its directory too'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -s n -l dry-run -d 'Say what would be written or changed, and write nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l force -d 'Replace a file in which something stands that keyctl did not write'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l from-env -d 'Check the value of this environment variable' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -s F -l format -d 'Format [default: what the content looks like]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l dialect -d 'What the gateway reads: basic, or extended with rate limit and expiry [default: extended]' -r -f -a "basic\t'An id and a key'
extended\t'Also rate limit and expiry'"
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l expiry-zone -d 'Whose clocks the gateway\'s machine shows: UTC, local (this machine), +02:00 or Europe/Oslo [default: UTC, as in a container]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l storage-secret-file -d 'The `STORAGE_SECRET` that a file of heare-auth is encrypted with is in this file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l client -d 'The files are of clients, which send one active version'
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l from-env -d 'Read the value of this environment variable' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -s F -l format -d 'Format [default: what the content looks like]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l dialect -d 'What the gateway reads: basic, or extended with rate limit and expiry [default: extended]' -r -f -a "basic\t'An id and a key'
extended\t'Also rate limit and expiry'"
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l expiry-zone -d 'Whose clocks the gateway\'s machine shows: UTC, local (this machine), +02:00 or Europe/Oslo [default: UTC, as in a container]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l storage-secret-file -d 'The `STORAGE_SECRET` that a file of heare-auth is encrypted with is in this file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l kind -d 'What is taken over: API keys, or single values [default: what the file says, else api-key]' -r -f -a "api-key\t''
secret\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l var -d 'Take these variables or data keys alone; may be given several times [default: of several those that are called like API keys]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l name -d 'How keys are called that have no name in the file: NAME-1, NAME-2, … [default: key]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l expires -d 'When their life ends, where the file does not say: 90d, 2027-01-31' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l skip -d 'Leave out what cannot be taken over, instead of taking nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l only -d 'Only these keys, [ENV/]NAME; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l except -d 'All keys but these; may be given several times' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l var -d 'Name of the variable [default: `CHAPKIT_API_KEYS`, or `CHAPKIT_API_KEY` with --client]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l client -d 'The one value that clients of one key send, instead of the list'
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l skip-expired -d 'Leave out keys whose active version has expired'
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l pristine -d 'Give the program no other variables than these'
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -s f -l file -d 'Read the secret from a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l scope -d 'The key must have this scope; may be given several times. A key without scopes has none' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l ip -d 'The key must be allowed from this address. A key without addresses is, from anywhere' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l at -d 'Whether it is good at this time, not now: 30d, 2027-01-31, an RFC 3339 time' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l manifest -d 'Look in this manifest instead of the vault; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l trust -d 'The key that must have signed it, as text or as a file [default: those of `manifest trust`]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l batch -d 'Answer for each line, while they come'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l form -d 'Look at the form alone: no vault, no manifest'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l unlock -d 'Unlock the vault instead of reading manifests: it knows reasons and metadata too'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -s f -l file -d 'Read the secret from a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -l manifest -d 'Look in this manifest instead of the vault; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -l trust -d 'The key that must have signed it, as text or as a file [default: those of `manifest trust`]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand whois" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -f -a "export" -d 'Write a freshly signed manifest that ends by itself'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -f -a "key" -d 'Print the public key that proves an environment\'s manifests, in signify\'s form'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -f -a "show" -d 'Show what a manifest says'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -f -a "check" -d 'Tell whether a manifest is proven, in force, and not older than one seen before'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -f -a "trust" -d 'Trust the manifests that a key signs, on this machine'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and not __fish_seen_subcommand_from export key show check trust help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to a file, in one step and with mode 0600, also over another manifest; - is standard output' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -l expires -d 'When it stops being an answer: 7d, 2027-01-31, an RFC 3339 time, or never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from key" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -l trust -d 'The key that must have signed it, as text or as a file [default: those of `manifest trust`]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -l trust -d 'The key that must have signed it, as text or as a file [default: those of `manifest trust`]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -l remove -d 'Trust it no longer'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from trust" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write a freshly signed manifest that ends by itself'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "key" -d 'Print the public key that proves an environment\'s manifests, in signify\'s form'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what a manifest says'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "check" -d 'Tell whether a manifest is proven, in force, and not older than one seen before'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "trust" -d 'Trust the manifests that a key signs, on this machine'
complete -c keyctl -n "__fish_keyctl_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand log" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -f -a "list" -d 'List the environments with their rules and recipients'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -f -a "ls" -d 'List the environments with their rules and recipients'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -f -a "add" -d 'Make an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -f -a "set" -d 'Change an environment\'s rules'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -f -a "remove" -d 'Take an environment out of the vault'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -f -a "rm" -d 'Take an environment out of the vault'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and not __fish_seen_subcommand_from list ls add set remove rm help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l like -d 'Take recipients and rules from another environment' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l code -d 'What stands for the environment in its keys, `sk_CODE_…`: a short one lets logs tell keys apart' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l profile -d 'Form of new keys: sk, permas-test, permas-live, gateway, heare, custom:TEMPLATE' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l rotate-every -d 'How old an active version may become, or never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l expire-after -d 'How long a new version lives, or never for no end' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l grace -d 'How long a replaced version stays accepted before its removal is due' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l purge-after -d 'How long a retired version can be restored before purge destroys it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l quiet-for -d 'How long an old version must be out of use before `rotate remove`, or never to take a person\'s word' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l formats -d 'What its services read, for the commands that each stage of a rotation suggests' -r -f -a "chapkit\t'NAME=K1,K2'
docker\t'One key a line'
k8s\t'A Secret'
gateway\t'Lines of `key_id:api_key` for a file gateway'
heare\t'The keys.json of heare-auth'
permas\t'SQL for auth-api-client: digests, no secret'
json\t'All of it, for programs'
template\t'A form of your own'
dotenv\t'NAME=\'K1,K2\', for compose\'s .env, python-dotenv, dotenv of Node.js and a shell'
docker-env\t'NAME=K1,K2 verbatim, for docker run --env-file'
responder\t'`API_KEYS = {"K1", "K2"}`, or K1,K2 with --bare'
systemd\t'Credentials: files with -o DIR/, else lines of a unit'
github\t'In a step of a workflow: masks each secret, and adds the variables to the file that `GITHUB_ENV` or -o names. Without a >: masks work on the step\'s own output alone'"
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l allow-lookalike -d 'Allow the codes live and test, which scanners take for Stripe keys'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l code -d 'What stands for the environment in its keys, `sk_CODE_…`: a short one lets logs tell keys apart' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l profile -d 'Form of new keys: sk, permas-test, permas-live, gateway, heare, custom:TEMPLATE' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l rotate-every -d 'How old an active version may become, or never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l expire-after -d 'How long a new version lives, or never for no end' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l grace -d 'How long a replaced version stays accepted before its removal is due' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l purge-after -d 'How long a retired version can be restored before purge destroys it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l quiet-for -d 'How long an old version must be out of use before `rotate remove`, or never to take a person\'s word' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l formats -d 'What its services read, for the commands that each stage of a rotation suggests' -r -f -a "chapkit\t'NAME=K1,K2'
docker\t'One key a line'
k8s\t'A Secret'
gateway\t'Lines of `key_id:api_key` for a file gateway'
heare\t'The keys.json of heare-auth'
permas\t'SQL for auth-api-client: digests, no secret'
json\t'All of it, for programs'
template\t'A form of your own'
dotenv\t'NAME=\'K1,K2\', for compose\'s .env, python-dotenv, dotenv of Node.js and a shell'
docker-env\t'NAME=K1,K2 verbatim, for docker run --env-file'
responder\t'`API_KEYS = {"K1", "K2"}`, or K1,K2 with --bare'
systemd\t'Credentials: files with -o DIR/, else lines of a unit'
github\t'In a step of a workflow: masks each secret, and adds the variables to the file that `GITHUB_ENV` or -o names. Without a >: masks work on the step\'s own output alone'"
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l allow-lookalike -d 'Allow the codes live and test, which scanners take for Stripe keys'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -l force -d 'Remove it although services still accept keys of it'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -l force -d 'Remove it although services still accept keys of it'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the environments with their rules and recipients'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from help" -f -a "add" -d 'Make an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change an environment\'s rules'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take an environment out of the vault'
complete -c keyctl -n "__fish_keyctl_using_subcommand env; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l git-history -d 'Scan every object of the repository, messages included, or those of a RANGE (main..dev)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -s F -l format -d 'Form of the report: text, json, sarif or github (annotations of a workflow)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l rules -d 'Scan nothing: print rules for another scanner: gitleaks, trufflehog or github' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l staged -d 'Scan what would be committed: what is staged and differs from HEAD'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l gitignore -d 'Leave out what git ignores'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l unlock -d 'Unlock the vault, and look for keys without a form of ours too'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -f -a "install" -d 'Install the hook in this repository'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -f -a "uninstall" -d 'Remove the hook, where it is this one'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "install" -d 'Install the hook in this repository'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "uninstall" -d 'Remove the hook, where it is this one'
complete -c keyctl -n "__fish_keyctl_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -f -a "list" -d 'List who can read the environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -f -a "ls" -d 'List who can read the environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -f -a "add" -d 'Let somebody read the environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -f -a "remove" -d 'Keep somebody from reading what is written from now on'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -f -a "rm" -d 'Keep somebody from reading what is written from now on'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -f -a "accept" -d 'Accept recipients that were changed on another machine'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and not __fish_seen_subcommand_from list ls add remove rm accept help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -l json -d 'Report as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -l name -d 'What to call the reader' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -s y -l yes -d 'Answer yes to every question'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from accept" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from help" -f -a "list" -d 'List who can read the environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from help" -f -a "add" -d 'Let somebody read the environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Keep somebody from reading what is written from now on'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from help" -f -a "accept" -d 'Accept recipients that were changed on another machine'
complete -c keyctl -n "__fish_keyctl_using_subcommand recipients; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -l new-passphrase-file -d 'Read the new passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -l no-passphrase -d 'Leave the identity to file permissions alone'
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -s n -l dry-run -d 'Say what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand passwd" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -l bin-name -d 'The name that this program is called by [default: as it was called now]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -s e -l env -d 'Environment to work in' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -l vault -d 'Directory of the vault [default: the platform\'s data directory]' -r -f -a "(__fish_complete_directories)"
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -s i -l identity -d 'Identity file to unlock with; may be given several times' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -l passphrase-file -d 'Read the identity\'s passphrase from the first line of a file; - is standard input' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -l passphrase-fd -d 'Read the identity\'s passphrase from this open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -l color -d 'When to use colour: auto, always, never' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -l accept-rollback -d 'Accept an older or replaced file of an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -l no-input -d 'Never ask: fail where a question would be'
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -s q -l quiet -d 'Say only what needs attention'
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -s v -l verbose -d 'Say more'
complete -c keyctl -n "__fish_keyctl_using_subcommand completions" -s h -l help -d 'Print help'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "init" -d 'Make a vault, and an identity to unlock it with'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "new" -d 'Make a key, and print its secret once'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "list" -d 'List keys with their states, without a passphrase'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "status" -d 'Tell what is due, and the command for it, without a passphrase'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "show" -d 'Show all that is known of a key'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "set" -d 'Change what is said of a key: name, owner, metadata, scopes, addresses, expiry'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "revoke" -d 'Take a key or one version back for ever, and wipe its secret'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "restore" -d 'Have services accept a retired version again'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "purge" -d 'Destroy the secrets of retired versions'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "rotate" -d 'Replace a key in stages, so that nobody is cut off'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "export" -d 'Write what services must accept, or what clients send, in the form they read'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "check" -d 'Tell whether artifacts hold what they should'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "import" -d 'Take keys over that another tool or a hand-kept file holds'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "run" -d 'Run a program with the secrets of an environment in its variables'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "verify" -d 'Tell whether a secret is good, offline'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "whois" -d 'Tell which key a fingerprint, a digest or a secret is of'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "manifest" -d 'Carry the signed index of an environment to machines without the vault'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "log" -d 'Show the history of an environment or a key: what was done, when and why'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "env" -d 'List, add, change and remove environments'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "scan" -d 'Find keys in files, in what is staged, and in the history of a repository'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "hook" -d 'Keep keys out of commits: a git pre-commit hook'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "recipients" -d 'List, add, remove and accept those who can read an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "passwd" -d 'Change, set or take away the passphrase of an identity'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and not __fish_seen_subcommand_from init new list status show set revoke restore purge rotate export check import run verify whois manifest log env scan hook recipients passwd completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from rotate" -f -a "add" -d '1. Add a version that services must accept beside the active one'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from rotate" -f -a "migrate" -d '2. Make the new version the one that clients send'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from rotate" -f -a "remove" -d '3. Have services stop accepting the old version'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from rotate" -f -a "back" -d 'Take the last stage back'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from rotate" -f -a "status" -d 'Show where rotations stand, without a passphrase'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from rotate" -f -a "evidence" -d 'Tell from logs whether the next stage would cut somebody off'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "export" -d 'Write a freshly signed manifest that ends by itself'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "key" -d 'Print the public key that proves an environment\'s manifests, in signify\'s form'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "show" -d 'Show what a manifest says'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "check" -d 'Tell whether a manifest is proven, in force, and not older than one seen before'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "trust" -d 'Trust the manifests that a key signs, on this machine'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from env" -f -a "list" -d 'List the environments with their rules and recipients'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from env" -f -a "add" -d 'Make an environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from env" -f -a "set" -d 'Change an environment\'s rules'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from env" -f -a "remove" -d 'Take an environment out of the vault'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "install" -d 'Install the hook in this repository'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "uninstall" -d 'Remove the hook, where it is this one'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from recipients" -f -a "list" -d 'List who can read the environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from recipients" -f -a "add" -d 'Let somebody read the environment'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from recipients" -f -a "remove" -d 'Keep somebody from reading what is written from now on'
complete -c keyctl -n "__fish_keyctl_using_subcommand help; and __fish_seen_subcommand_from recipients" -f -a "accept" -d 'Accept recipients that were changed on another machine'
