/**
 * The constant texts that run on the host. Values never enter them: they come by stdin, framed.
 * Each text is one line without single quotes or exclamation marks, and its backslashes stand
 * before letters only, so that sh, bash, zsh, fish and csh all hand it on unchanged.
 *
 * What a text says about itself it writes to stderr as `TOKEN WORD …`. The token is random and
 * comes by stdin, so nothing else can say it. After `TOKEN go` all output is the command's.
 */

const line = (...parts: string[]) => parts.join(' ')

/** sh: prints when a process began, in any one form, so that a recycled pid is not taken for it. */
const BORN = line(
  'born() { if [ -r /proc/$1/stat ]; then',
  'stat=$(cat /proc/$1/stat 2>/dev/null); stat=${stat##*") "}; set -- $stat; echo "${20}";',
  'else ps -o lstart= -p "$1" 2>/dev/null | tr -s " " _; fi; };',
)

/**
 * sh: names the lock, a directory, and reads the one file in it, named after its holder's token:
 * `TOKEN PID BORN SINCE LABEL`.
 */
const LOCK = line(
  'base=${XDG_STATE_HOME:-$HOME/.local/state}/dockmaster; lock=$base/runl.lock;',
  'holder() { hid=; hpid=0; hborn=; hsince=0; hlabel=; for file in "$lock"/holder.*;',
  'do { read -r hid hpid hborn hsince hlabel <"$file"; } 2>/dev/null; done; };',
)

/**
 * Outer half: reads the header (`TOKEN BYTES MODE`, then a label line), runs the inner half in a
 * session of its own, outlives it, and takes the lock away however the inner half ended.
 * setsid runs in a subshell: as the leader of a group it would fork and return early.
 */
const OUTER = line(
  'inner=$1; read -r token bytes mode && read -r label || exit 64;',
  'trap : TERM HUP INT; exec 5>&2 2>/dev/null;',
  'set -- sh -c "$inner" dockmaster "$token" "$bytes" "$mode" "$label" $$;',
  'if command -v setsid >/dev/null; then (exec setsid "$@" 2>&5 5>&-);',
  'elif command -v perl >/dev/null;',
  'then (exec perl -e "use POSIX; POSIX::setsid(); exec @ARGV" "$@" 2>&5 5>&-);',
  'else echo "$token fault neither setsid nor perl is there" >&5; exit 69; fi;',
  'code=$?;',
  'if [ "$mode" = run ]; then exit $code; fi;',
  LOCK,
  'if [ -f "$lock/holder.$token" ]; then mv "$lock" "$lock.$token" && rm -rf "$lock.$token"; fi;',
  'exit $code',
)

/**
 * sh: waits at stdin (fd 4). At its end, while the command still runs, the whole group gets TERM
 * and, two seconds later, KILL. It belongs to the group itself, so the group's id stays taken.
 */
const WATCH = line(
  '( trap "" TERM; cat <&4 >/dev/null; kill -0 $$ || exit 0; kill -TERM -$$; left=20;',
  'while [ $left -gt 0 ] && kill -0 $$; do sleep 0.1 || sleep 1; left=$((left - 1)); done;',
  'kill -KILL -$$ ) >/dev/null 2>&1 & exec 4<&-;',
)

/**
 * sh: takes the lock directory; waits while its holder lives, or for five seconds while it names
 * nobody. A dead holder ends the wait: its lock is broken only on demand, by renaming its file.
 * That name is the holder's alone, so of many that break it at once one goes on, and nobody can
 * break the lock of the next holder by mistake.
 */
const TAKE_LOCK = line(
  LOCK,
  BORN,
  'fault() { echo "$token fault $1" >&2; exit 73; };',
  'lives() { if [ -n "$hid" ]; then empty=0; [ -n "$hborn" ] && [ "$(born "$hpid")" = "$hborn" ];',
  'else empty=$((empty + 1)); [ $empty -lt 25 ]; fi; };',
  'announce() { if [ -z "$hid" ] || [ "$hid" = "$told" ]; then return; fi; told=$hid;',
  'echo "$token waiting $hpid $hsince $hlabel" >&2; };',
  'crack() { if [ -n "$hid" ]; then mv "$lock/holder.$hid" "$lock/gone" && ours=1;',
  'else mv "$lock" "$lock.$token" && rm -rf "$lock.$token"; fi; };',
  'pause() { sleep 0.2 2>/dev/null || sleep 1; if [ -n "$stopped" ]; then exit 143; fi; };',
  'mkdir -p "$base" 2>/dev/null || fault "cannot make $base";',
  'told=; ours=; empty=0; failed=0;',
  'until [ -n "$ours" ] || mkdir "$lock" 2>/dev/null; do',
  'if [ -d "$lock" ]; then failed=0; else failed=$((failed + 1)); empty=0; fi;',
  'if [ $failed -gt 9 ]; then fault "cannot make $lock"; fi;',
  'holder;',
  'if lives; then announce; pause;',
  'else seen=$hid; holder; if [ -d "$lock" ] && [ "$hid" = "$seen" ]; then',
  'if [ "$mode" = break ]; then crack 2>/dev/null;',
  'else echo "$token stale $hpid $hsince $hlabel" >&2; exit 75; fi; fi; fi;',
  'done;',
  'mine=$lock/holder.$token; echo "$token $guard $(born $guard) $(date +%s) $label" >"$mine" ||',
  '{ rm -f "$mine" "$lock/gone"; rmdir "$lock"; fault "cannot write $lock"; };',
)

/**
 * Inner half: takes the script whole into memory (a cut script must not run), then runs it by the
 * login shell from fd 3, with nothing to read on stdin. The halves' own stderr is shut before
 * that: shells remark on children that a signal ended.
 */
const INNER = line(
  'token=$1 bytes=$2 mode=$3 label=$4 guard=$5;',
  'stopped=; trap stopped=1 TERM; exec 4<&0 </dev/null;',
  'script=$(head -c "$bytes" <&4; echo .);',
  'if [ "$(printf %s "$script" | wc -c)" -ne $((bytes + 1)) ]; then',
  'echo "$token fault the script did not arrive whole" >&2; exit 65; fi;',
  'script=${script%.};',
  WATCH,
  'if [ "$mode" = run ]; then :; else',
  TAKE_LOCK,
  'fi;',
  'if [ -n "$stopped" ]; then exit 143; fi;',
  'echo "$token go" >&2; exec 5>&2 2>/dev/null;',
  'printf %s "$script" 5>&- | "${SHELL:-sh}" /dev/fd/3 3<&0 </dev/null 2>&5 5>&-;',
  'exit $?',
)

/** Where Node is when a non-interactive shell's PATH lacks it. */
const NODE_PLACES = [
  '"$HOME"/.nvm/versions/node/*/bin/node',
  '"$HOME"/.local/share/fnm/node-versions/*/installation/bin/node',
  '"$HOME"/.local/share/mise/installs/node/*/bin/node',
  '"$HOME"/.volta/bin/node',
  '"$HOME"/.local/bin/node',
  '/usr/local/bin/node',
  '/opt/*/bin/node',
]

/** Reads `TOKEN BYTES` and a line with the node to use (or none), finds one, becomes it. */
const FIND_NODE = line(
  'read -r token bytes && read -r want || exit 64; node=; seen=;',
  'try() { version=$("$1" -p process.versions.node 2>/dev/null </dev/null) || return 1;',
  'if [ "${version%%.*}" -ge 18 ] 2>/dev/null; then node=$1; return 0; fi;',
  'seen="$seen $1=$version"; return 1; };',
  'case $want in "~/"*) want=$HOME/${want#??};; esac;',
  'if [ -n "$want" ]; then try "$want"; else',
  `for found in "$(command -v node)" ${NODE_PLACES.join(' ')};`,
  'do [ -x "$found" ] && try "$found" && break; done; fi;',
  'if [ -z "$node" ]; then echo "$token none$seen" >&2; exit 69; fi;',
  'echo "$token go $version $node" >&2; exec "$node" -e "$1" "$bytes"',
)

/** JavaScript: takes exactly so many bytes from stdin and runs them; the rest of stdin is theirs. */
const BOOT = line(
  'const fs = require("fs"); const code = Buffer.alloc(+process.argv[1]); let at = 0;',
  'while (at < code.length) { let got = 0;',
  'try { got = fs.readSync(0, code, at, code.length - at, null) } catch (error) {',
  'if (error.code === "EAGAIN") {',
  'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); continue } throw error }',
  'if (got === 0) process.exit(0); at += got }',
  'require("vm").compileFunction(code.toString(), ["require", "module", "exports"],',
  '{ filename: "dockmaster-probe.cjs" })(require, module, exports)',
)

/** Command lines for `Transport.stream`. */
export const GUARD_COMMAND = `exec sh -c '${OUTER}' dockmaster '${INNER}'`
export const PROBE_COMMAND = `exec sh -c '${FIND_NODE}' dockmaster '${BOOT}'`
