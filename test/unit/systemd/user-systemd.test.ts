import { userInfo } from 'node:os'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CommandRun, RunCommand } from '../../../adapters/command.ts'
import { lookAtUnit, userSystemdFault } from '../../../adapters/systemd/user-systemd.ts'

const said = (stdout: string): CommandRun => ({ kind: 'exited', code: 0, stdout, stderr: '' })
const failed = (stderr: string): CommandRun => ({ kind: 'exited', code: 1, stdout: '', stderr })

/** A host whose programs answer so. */
const answers =
  (programs: Partial<Record<'systemctl' | 'loginctl', CommandRun>>): RunCommand =>
  async program =>
    programs[program as keyof typeof programs] ?? { kind: 'missing' }

const { username } = userInfo()

describe("the user's systemd", () => {
  it.each([
    [{}, /systemctl is not on the host/],
    [
      { systemctl: failed('Failed to connect to bus: No medium found\n') },
      new RegExp(`No medium found\\): sudo loginctl enable-linger ${username}$`),
    ],
    [{ systemctl: said('Version=245.4-4ubuntu3\n') }, /is Version=245\S+; 249 or later is needed/],
    [{ systemctl: said('') }, /249 or later/],
    [
      { systemctl: said('Version=252.1\n'), loginctl: said('no\n') },
      /ends with the last login, and its runs with it: sudo loginctl enable-linger/,
    ],
    [
      { systemctl: said('Version=252.1\n'), loginctl: failed('not lingering\n') },
      /last login.*\(not lingering\): sudo/,
    ],
    [
      { systemctl: { kind: 'broken', message: 'it gave no answer within 5000 ms' } as const },
      /no answer within/,
    ],
  ])('[B01] holds no runs where %o', async (programs, why) => {
    expect(await userSystemdFault(answers(programs))).toMatch(why)
  })

  it('[B01] holds runs where it is new enough and stays', async () => {
    const programs = { systemctl: said('Version=257\n'), loginctl: said('yes\n') }
    expect(await userSystemdFault(answers(programs))).toBe(null)
  })

  it('[A05] tells the main process and the invocation of a unit, in any order', async () => {
    const look = (text: string) => lookAtUnit('a.service', answers({ systemctl: said(text) }))
    expect(await look('InvocationID=f01a\nMainPID=66\nLoadState=loaded\n')).toEqual({
      kind: 'seen',
      unit: { mainPid: 66, invocation: 'f01a', isLoaded: true },
    })
    // What it does not know has no process.
    expect(await look('MainPID=0\nInvocationID=\nLoadState=not-found\n')).toEqual({
      kind: 'seen',
      unit: { mainPid: 0, invocation: '', isLoaded: false },
    })
    expect(await lookAtUnit('a.service', answers({}))).toEqual({
      kind: 'silent',
      fault: 'systemctl is not on the host',
    })
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async text => {
        const seen = await look(text)
        expect(seen.kind === 'seen' && seen.unit.mainPid >= 0).toBe(true)
      }),
    )
  })
})
