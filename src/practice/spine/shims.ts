/** `crontab` and `systemctl` of the practice host: they stand before the machine's own on PATH. */
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const CRONTAB = `#!/bin/sh
# crontab of the practice host: reads its file, and changes nothing.
here=$(dirname "$0")/..
case $1 in
  -l) cat "$here/crontab" ;;
  *) echo "crontab: the practice host only lists: crontab -l" >&2; exit 1 ;;
esac
`

/** Properties come in the order of the unit's file, whatever order was asked, as systemd's do. */
const SYSTEMCTL = `#!/bin/sh
# systemctl of the practice host: the user's timers and units, from files.
here=$(dirname "$0")/../run
verb='' wanted='' names=''
while [ $# -gt 0 ]; do
  case $1 in
    --user | --no-pager | --all | -a | --output=json | --) ;;
    -p | --property) shift; wanted="$wanted,$1" ;;
    -p*) wanted="$wanted,\${1#-p}" ;;
    --property=*) wanted="$wanted,\${1#--property=}" ;;
    -*) echo "systemctl: unrecognized option '$1'" >&2; exit 1 ;;
    *) if [ -z "$verb" ]; then verb=$1; else names="$names $1"; fi ;;
  esac
  shift
done
show() {
  while IFS= read -r line; do
    case ",$wanted," in
      ,, | *",\${line%%=*},"*) printf '%s\\n' "$line" ;;
    esac
  done
}
case $verb in
  list-timers) cat "$here/timers.json" ;;
  show)
    between=''
    for name in $names; do
      printf '%s' "$between"
      between='
'
      if [ -f "$here/units/$name" ]; then show < "$here/units/$name"
      else printf 'Id=%s\\nLoadState=not-found\\nActiveState=inactive\\nSubState=dead\\n' "$name" | show
      fi
    done
    ;;
  *) echo "Unknown command verb $verb." >&2; exit 1 ;;
esac
`

export async function installShims(bin: string): Promise<void> {
  for (const [name, text] of [
    ['crontab', CRONTAB],
    ['systemctl', SYSTEMCTL],
  ] as const) {
    await writeFile(join(bin, name), text)
    await chmod(join(bin, name), 0o755)
  }
}
