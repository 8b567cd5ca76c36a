/** The profile with which the console opens a practice factory. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProfileConfig } from '../../state/config.ts'
import { boxesFor } from './engine/images.ts'
import { DEFAULT_BRANCH } from './history/plan.ts'
import { DISPATCH } from './items.ts'
import { BANNED_MODEL, LAUNCHERS } from './launcher.ts'
import { layoutOf } from './layout.ts'
import { LOCKS } from './locks.ts'
import { OWNER } from './names.ts'
import { ReadyFile } from './ready.ts'
import { CRON_JOBS, SERVICES, TIMERS } from './spine/jobs.ts'

/** Where the console's own line lands what passes its gate; elsewhere it only looks. */
const DOCKS: Readonly<Record<string, object>> = {
  quay: {
    backend: 'train',
    lands: true,
    batch: 4,
    rebase: 'push',
    gate: { review: 'none', paths: ['**'], checksMaxAgeHours: 168 },
  },
}

/** Reads what the factory in `dir` says of itself. Throws when none is ready there. */
export function practiceProfile(dir: string): ProfileConfig {
  const layout = layoutOf(dir)
  const ready = ReadyFile.parse(JSON.parse(readFileSync(layout.ready, 'utf8')))
  const effects = [...CRON_JOBS, ...TIMERS].flatMap(({ name, effect }) =>
    effect === null ? [] : [{ job: name, file: `~/${effect}` }],
  )
  return ProfileConfig.parse({
    host: ready.ssh.host,
    sshConfig: layout.sshConfig,
    lanes: { logs: ['~/lanes/logs/*.jsonl'] },
    models: { banned: [BANNED_MODEL], launchers: [`~/${LAUNCHERS}`], share: { codex: 0.5 } },
    spine: {
      services: SERVICES.map(({ name }) => name),
      watchdogLog: '~/logs/watchdog.log',
      effects,
    },
    leftovers: { locks: [`~/${LOCKS}`] },
    docker: { socket: layout.engine },
    boxes: boxesFor(process.getuid?.()),
    pkm: { captured: '~/captured', here: false },
    github: {
      repos: ready.repositories.map(name => `${OWNER}/${name}`),
      api: ready.github.url,
      token: { file: layout.token },
      // Its life is fast; asked more often, it would refuse as GitHub does when 5,000 points are spent.
      poll: '10s',
    },
    dock: {
      mergeToken: { file: layout.mergeToken },
      repos: ready.repositories.map(name => ({ repo: `${OWNER}/${name}`, ...DOCKS[name] })),
    },
    canon: {
      goal: 'Land what the lanes have finished: no pull request older than a day.',
      guardrails: [
        'Never merge a red or an unread check.',
        'Never write to the default branch but by a pull request.',
        'A lane that claims has not landed: look for its commits.',
      ],
      canon: [
        { title: 'Modules', path: `~/work/${ready.repositories[0]}/README.md` },
        { title: 'Checks', path: `~/work/${ready.repositories[0]}/check.sh` },
      ],
      gates: ['./check.sh passes', 'the branch merges without conflict', 'one approval on beacon'],
      next: ['Rebase the oldest conflicting pull request.', 'Mend backup-repos: it exits with 2.'],
    },
    dispatch: DISPATCH,
    launch: {
      repos: ready.repositories.map(name => ({
        path: `~/work/${name}`,
        remote: join(layout.origins, OWNER, `${name}.git`),
        branch: DEFAULT_BRANCH,
      })),
      codex: join(layout.agents, 'codex'),
      claude: join(layout.agents, 'claude'),
    },
  })
}
