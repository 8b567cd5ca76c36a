import { describe, expect, it } from 'vitest'
import { chooseRunner, specOf } from '../../../src/policy/runner-choice.ts'
import { RunnerSpec } from '../../../src/rpc/lane-api.ts'

const WORKS = { hostname: 'factory', systemd: { fault: null } }
const FAULT = 'the systemd of me ends with the last login'
const LACKS = { hostname: 'factory', systemd: { fault: FAULT } }

describe('a runner', () => {
  it.each([
    ['auto', null, WORKS, 'systemd', 'systemd works on factory'],
    ['auto', null, LACKS, 'session', `no systemd on factory: ${FAULT}`],
    ['session', null, WORKS, 'session', 'the profile says so (launch.runner)'],
    ['systemd', 'session', LACKS, 'session', 'it was asked for'],
    ['session', 'systemd', WORKS, 'systemd', 'it was asked for'],
    ['session', 'auto', WORKS, 'systemd', 'systemd works on factory'],
  ] as const)('[B01] %s, asked for %s: %o takes %s', (configured, asked, seen, runner, why) => {
    expect(chooseRunner(asked, configured, seen)).toEqual({ kind: 'chosen', runner, why })
  })

  it('[B01] that was named is refused where it does not work, with the reason', () => {
    const message = `the runner systemd does not work on factory: ${FAULT}`
    const refused = { kind: 'refused', message }
    expect(chooseRunner('systemd', 'auto', LACKS)).toEqual(refused)
    expect(chooseRunner(null, 'systemd', LACKS)).toEqual(refused)
  })

  it('[B01] is named on the host by its run and its launch', () => {
    const key = '0123456789abcdef'
    const longest = `a${'b'.repeat(60)}.1234`
    const names = ['fix', 'fix.2', longest].map(stem => specOf('systemd', stem, key))
    expect(names[1]).toEqual({ kind: 'systemd', unit: 'dockmaster-fix.2-0123456789ab.service' })
    for (const spec of names) expect(RunnerSpec.parse(spec)).toEqual(spec)
    expect(specOf('systemd', 'fix', 'fedcba9876543210')).not.toEqual(names[0])
  })
})
