/** Consoles with journals of their own that launch in one clone at once: none is in another's way. */
import { existsSync, readdirSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { dispatchHost } from './parts/dispatch-host.ts'
import { BRIEF } from './parts/launch-place.ts'

const CONSOLES = ['one', 'two', 'three', 'four']
const EACH = 4

type Host = ReturnType<typeof dispatchHost>

async function launchAll(host: Host) {
  const launches = CONSOLES.flatMap(name => {
    const { lanes, journal } = host.hub({ journal: `${name}.db` })
    onTestFinished(() => journal.close())
    return Array.from({ length: EACH }, (_, index) =>
      lanes.launch({
        brief: BRIEF,
        name: `${name}-${index}`,
        repo: null,
        engine: 'codex',
        model: null,
        runner: 'session',
        box: null,
        isDryRun: false,
        label: 'test',
      }),
    )
  })
  return await Promise.all(launches)
}

const namesIn = (host: Host, place: string) =>
  existsSync(host.at(place)) ? readdirSync(host.at(place)) : []

requirePart('git')('consoles that launch in one clone at once', () => {
  it('[B01] all have their lanes', async () => {
    const host = dispatchHost({ items: [] })
    const acted = await launchAll(host)
    expect(acted.filter(({ kind }) => kind !== 'running')).toEqual([])
    expect(host.starts()).toHaveLength(CONSOLES.length * EACH)
  }, 120_000)

  it('[B01] take back all that began and said nothing', async () => {
    const host = dispatchHost({ items: [], agent: 'exit 3' })
    const acted = await launchAll(host)
    expect(acted.filter(({ kind }) => kind !== 'failed')).toEqual([])
    expect(host.starts()).toHaveLength(CONSOLES.length * EACH)
    expect(namesIn(host, 'trees')).toEqual([])
    expect(namesIn(host, 'app/.git/refs/heads/lane')).toEqual([])
  }, 120_000)
})
