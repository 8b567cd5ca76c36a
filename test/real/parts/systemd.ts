/**
 * A real systemd as PID 1 of namespaces of its own, with logind and user managers. What it sees of
 * this machine it cannot write: the root is read-only, and all that a boot would clean, set or
 * write to is a private tmpfs. Only the listed units exist, so nothing else of a boot runs.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { eventually } from '../../setup/eventually.ts'
import { isAlive, readProcess } from './processes.ts'

export interface Systemd {
  /** The only directory that both sides may write to. */
  readonly dir: string
  /** Words before a command, which then runs inside. */
  readonly enter: readonly string[]
  /** Runs a command inside to its end; what it printed. */
  run(...command: string[]): string
  /** Lets that user's manager stay without a login, and waits until it is there. */
  linger(user: string): Promise<void>
  /** The pid out here of a process in there; null when it is gone. */
  outside(pid: number): number | null
  remove(): Promise<void>
}

const UNITS = [
  'dbus.service',
  'dbus.socket',
  'systemd-logind.service',
  'user-runtime-dir@.service',
  'user@.service',
]

/** A boot's own targets: what Debian hangs on them, like the cleaning of /tmp, is not there. */
const EMPTY = ['sysinit', 'basic', 'sockets', 'shutdown', 'multi-user']

const BOOT = `
set -eu
dir=$1; cgroup=$2
mkdir "$cgroup"
echo 0 >"$cgroup/cgroup.procs"
exec setpriv --pdeathsig KILL unshare --mount --pid --uts --ipc --cgroup --fork --kill-child sh -euc '
dir=$1; shift
mount --bind "$dir" /mnt
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir -p "$dir"
mount --move /mnt "$dir"
mount -t tmpfs -o mode=1777 tmpfs /var/tmp
for each in /run /var/lib/systemd /var/log; do mount -t tmpfs -o mode=755 tmpfs $each; done
mount -t proc proc /proc
mount --bind /proc/sys /proc/sys
umount -R /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
for each in /proc/sys /sys /dev /; do mount -o remount,bind,ro $each; done
if touch /root-is-ours 2>/dev/null || touch /proc/sys/kernel/pid_max 2>/dev/null; then exit 1; fi
mkdir -p /run/units /run/none /run/sshd
for each in ${EMPTY.join(' ')}; do
  printf "[Unit]\\nDefaultDependencies=no\\n" >/run/units/$each.target
done
for each in ${UNITS.join(' ')}; do cp /lib/systemd/system/$each /run/units/; done
printf "[Unit]\\nWants=dbus.service systemd-logind.service\\nAfter=dbus.service\\n" >/run/units/factory.target
exec env -i container=dockmaster PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
  SYSTEMD_UNIT_PATH=/run/units SYSTEMD_GENERATOR_PATH=/run/none \\
  /lib/systemd/systemd --system --unit=factory.target --log-target=console --show-status=no
' sh "$dir"
`

export async function startSystemd(): Promise<Systemd> {
  const dir = mkdtempSync(join(tmpdir(), 'dockmaster-systemd-'))
  chmodSync(dir, 0o755)
  const cgroup = join(mountOfCgroups(), basename(dir))
  const child = spawn('/bin/sh', ['-c', BOOT, 'sh', dir, cgroup], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-20_000)
    })
  }
  const gone = once(child, 'exit')
  // With it goes PID 1 (--kill-child), and with that all in there. Should we be killed, it goes too.
  const endWithUs = () => child.kill('SIGKILL')
  process.once('exit', endWithUs)

  const init = () => {
    const children = readProcess(`/proc/${child.pid}/task/${child.pid}/children`)
    return Number(children.trim().split(' ')[0])
  }
  const enter = () => ['nsenter', '--target', String(init()), '-m', '-p', '-u', '-i', '-C', '--']
  const run = (...command: string[]) => {
    const [file = '', ...words] = [...enter(), ...command]
    return execFileSync(file, words, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    }).trim()
  }
  const isActive = (unit: string) => {
    if (child.exitCode !== null) throw new Error(`systemd ended: ${said}`)
    try {
      return run('systemctl', 'is-active', unit) === 'active'
    } catch {
      return false
    }
  }
  const remove = async () => {
    process.off('exit', endWithUs)
    child.kill('SIGKILL')
    await gone
    // A member that has ended is listed no more and still in it for a moment.
    await eventually('its cgroup is gone', () => {
      removeCgroup(cgroup)
      return true
    })
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    await eventually('systemd has booted', () => isActive('systemd-logind.service'))
  } catch (error) {
    await remove()
    throw new Error(`${(error as Error).message}: ${said}`, { cause: error })
  }
  const namespace = namespaceOf(init())
  return {
    dir,
    enter: enter(),
    run,
    linger: async user => {
      run('loginctl', 'enable-linger', user)
      const uid = execFileSync('id', ['-u', user], { encoding: 'utf8' }).trim()
      await eventually(`${user} has a manager`, () => isActive(`user@${uid}.service`))
    },
    outside: inner =>
      readdirSync('/proc')
        .filter(name => /^\d+$/.test(name))
        .map(Number)
        .find(pid => innermost(pid) === inner && namespaceOf(pid) === namespace && isAlive(pid)) ??
      null,
    remove,
  }
}

const innermost = (pid: number): number =>
  Number(/^NSpid:.*\t(\d+)$/m.exec(readProcess(`/proc/${pid}/status`))?.[1])

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return null
  }
}

/** Where the second version is mounted, alone or beside the first. */
function mountOfCgroups(): string {
  const found = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(
    readFileSync('/proc/self/mountinfo', 'utf8'),
  )
  if (!found?.[1]) throw new Error('no cgroup2 is mounted')
  return found[1]
}

const below = (cgroup: string): string[] =>
  readdirSync(cgroup, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .flatMap(({ name }) => [...below(join(cgroup, name)), join(cgroup, name)])

function removeCgroup(cgroup: string): void {
  for (const each of [...below(cgroup), cgroup]) rmdirSync(each)
}
