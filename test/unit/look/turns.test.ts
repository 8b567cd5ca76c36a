import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTurns } from '../../../src/probe/look/turns.ts'
import { scratch } from '../../setup/scratch.ts'

const fixture = (name: string) => new URL(`../../fixtures/${name}`, import.meta.url).pathname
const textsOf = async (paths: { log?: string; session?: string }) => {
  const { turns } = await readTurns({ log: null, session: null, ...paths })
  return turns.map(({ at, text }) => `${at === null ? '?' : 'at'} ${text}`)
}

describe('the turns of a lane', () => {
  it('[N06] come with their instants from what the engines keep', async () => {
    expect(await textsOf({ session: fixture('codex/ok.rollout.jsonl') })).toEqual([
      'at turn began',
      expect.stringMatching(/^at turn ended: ./),
    ])
    expect(await textsOf({ session: fixture('codex/limit429.rollout.jsonl') })).toContainEqual(
      expect.stringMatching(/^at turn ended: .*usage limit/),
    )
    expect(await textsOf({ session: fixture('codex/sigint_native.rollout.jsonl') })).toContain(
      'at turn broken off: interrupted',
    )
    expect(await textsOf({ session: fixture('claude/ok.transcript.jsonl') })).toContainEqual(
      expect.stringMatching(/^at asked: ./),
    )
  })

  it('[N06] come without instants from logs that hold none', async () => {
    expect(await textsOf({ log: fixture('codex/ok.jsonl') })).toEqual([
      '? turn began',
      expect.stringMatching(/^\? turn ended: \d+ tokens out$/),
    ])
    expect(await textsOf({ log: fixture('claude/limit429.jsonl') })).toContainEqual(
      expect.stringMatching(/^\? turn failed/),
    )
  })

  it('pass over what is cut, binary or foreign, and say what is left out', async () => {
    const path = join(scratch(), 'log.jsonl')
    const turn = '{"type":"turn.started"}\n'
    writeFileSync(path, `\u0000{"type":\n{"type":7}\n[]\n${turn}{"type":"turn.sta`)
    expect(await readTurns({ log: path, session: null })).toEqual({
      turns: [{ at: null, text: 'turn began' }],
      cut: null,
    })
    writeFileSync(path, turn.repeat(500))
    const many = await readTurns({ log: path, session: null })
    expect(many.turns).toHaveLength(400)
    expect(many.cut).toBe('older turns are left out')
    await expect(readTurns({ log: '/nowhere/log', session: null })).rejects.toThrow(
      /cannot be read/,
    )
  })
})
