/** Where everything of one practice factory stands, under its one directory. */
import { join } from 'node:path'

export interface Layout {
  readonly dir: string
  /** Present only in a directory that the factory made: nothing else is ever removed. */
  readonly marker: string
  /** Home of the factory's user, as the host's side sees it. */
  readonly home: string
  /** Programs that stand before the machine's own on the host's PATH. */
  readonly bin: string
  /** Agents' programs that can be launched there. */
  readonly agents: string
  /** Bare repositories, `<owner>/<name>.git`: what the GitHub server serves. */
  readonly origins: string
  /** Keys, known_hosts and ssh_config. */
  readonly keys: string
  readonly sshConfig: string
  readonly token: string
  /** The token that may land: none of the lanes has it. */
  readonly mergeToken: string
  /** State that the factory keeps about itself. */
  readonly run: string
  readonly ready: string
  readonly counters: string
  readonly processes: string
  readonly log: string
  /** Socket of the engine for boxes. */
  readonly engine: string
  readonly crontab: string
  readonly timers: string
  readonly units: string
  readonly lanes: { readonly logs: string; readonly trees: string; readonly clones: string }
  readonly logs: string
  readonly captured: string
  /** Work that waits for a lane. */
  readonly items: string
}

export function layoutOf(dir: string): Layout {
  const home = join(dir, 'home')
  const run = join(dir, 'run')
  return {
    dir,
    marker: join(dir, '.dockmaster-practice'),
    home,
    bin: join(dir, 'bin'),
    agents: join(dir, 'agents'),
    origins: join(dir, 'origins'),
    keys: join(dir, 'keys'),
    sshConfig: join(dir, 'ssh_config'),
    token: join(dir, 'keys', 'github-token'),
    mergeToken: join(dir, 'keys', 'merge-token'),
    run,
    ready: join(run, 'factory.json'),
    counters: join(run, 'counters.json'),
    processes: join(run, 'processes.json'),
    log: join(run, 'factory.log'),
    engine: join(run, 'docker.sock'),
    crontab: join(dir, 'crontab'),
    timers: join(run, 'timers.json'),
    units: join(run, 'units'),
    lanes: {
      logs: join(home, 'lanes', 'logs'),
      trees: join(home, 'lanes', 'trees'),
      clones: join(home, 'work'),
    },
    logs: join(home, 'logs'),
    captured: join(home, 'captured'),
    items: join(home, 'lanes', 'items.jsonl'),
  }
}
