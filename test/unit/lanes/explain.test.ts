import { mkdtemp, open, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explanationText } from '../../../src/commands/explain.ts'
import { type ExplainOptions, explain } from '../../../src/lanes/explain.ts'
import { fixture, fixtureText, NOW } from './lane-cases.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'explain-'))
})
afterAll(async () => await rm(dir, { recursive: true }))

const deps = { now: NOW, zone: 'UTC' }

async function file(name: string, content: string | Buffer, quietMs = 0): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, content)
  const at = (NOW - quietMs) / 1_000
  await utimes(path, at, at)
  return path
}

async function explanation(path: string, options: ExplainOptions = {}) {
  const explained = await explain(path, options, deps)
  if (!explained.ok) throw new Error(explained.message)
  return explained.explanation
}

async function fault(path: string, options: ExplainOptions = {}) {
  const explained = await explain(path, options, deps)
  if (explained.ok) throw new Error('it was explained')
  return explained.message
}

describe('explain', () => {
  it('says what a captured run came to, by log and session file', async () => {
    const told = await explanation(fixture('codex/limit429'), {
      rollout: fixture('codex/limit429.rollout'),
    })
    expect(Object.keys(told)).toEqual([
      'engine',
      'status',
      'result',
      'cause',
      'resetAt',
      'lastCommand',
      'lastExit',
      'tokens',
      'why',
    ])
    expect(told).toMatchObject({
      engine: 'codex',
      status: 'quota',
      cause: 'usage_limit_exceeded',
      resetAt: '2026-11-21T01:09:00.000Z',
    })
  })

  it('explains a session file alone', async () => {
    expect(await explanation(fixture('claude/ok.transcript'))).toMatchObject({
      engine: 'claude',
      status: 'ended',
      tokens: 340,
    })
  })

  it('[M06] believes --held only as far as the output goes', async () => {
    const killed = fixture('codex/sigkill_native')
    expect(await explanation(killed, { held: true })).toMatchObject({ status: 'working' })
    expect(await explanation(killed)).toMatchObject({ status: 'ended', result: 'crashed' })
    const begun = fixtureText('codex/think').split('\n').slice(0, 3).join('\n') + '\n'
    const fresh = await file('fresh.jsonl', begun)
    const silent = await file('silent.jsonl', begun, 400_000)
    expect((await explanation(fresh, { held: true })).status).toBe('thinking')
    expect((await explanation(silent, { held: true })).status).toBe('stalled')
    expect((await explanation(fixture('codex/ok'), { held: true })).status).toBe('ended')
  })

  it('[A10] shows no token that stood in a command', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`
    const line = JSON.stringify({
      type: 'item.started',
      item: { id: 'item_0', type: 'command_execution', command: `git push https://x:${token}@h/r` },
    })
    const path = await file('secret.jsonl', `{"type":"thread.started","thread_id":"t"}\n${line}\n`)
    const told = await explanation(path, { held: true })
    expect(JSON.stringify(told)).not.toContain(token)
    expect(told.lastCommand).toContain('git push')
  })

  it('prints a text without control bytes', async () => {
    const path = await file(
      'escape.jsonl',
      '{"type":"thread.started","thread_id":"t"}\n{"type":"turn.failed","error":{"message":"\\u001b[2Jgone\\u0007"}}\n',
    )
    const text = explanationText(await explanation(path))
    expect(text).toMatch(/^engine {7}codex\nstatus {7}ended\nresult {7}failed\n/)
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })
})

describe('files that explain cannot use', () => {
  it('[O08] are named with the reason and the mend, in one line', async () => {
    const binary = await file('core', Buffer.from([127, 69, 76, 70, 0, 0, 1]))
    const wide = await file('wide.jsonl', Buffer.from('{"type":"turn.started"}\n', 'utf16le'))
    const cases: [string, RegExp][] = [
      [join(dir, 'nowhere.jsonl'), /there is no such file: check the path/],
      [dir, /it is a directory: give/],
      [await file('empty.jsonl', ''), /it is empty/],
      [binary, /it is binary.*: give/],
      [wide, /it is binary/],
      [
        await file('other.jsonl', '{"a":1}\nhello\n'),
        /none of its 2 lines is of Codex or Claude: give/,
      ],
    ]
    for (const [path, why] of cases) {
      const message = await fault(path)
      expect(message).toMatch(why)
      expect(message).toContain(path)
      expect(message).not.toContain('\n')
    }
  })

  it('are a log beside the session file of another run, or beside another log', async () => {
    const log = fixture('codex/ok')
    expect(await fault(log, { rollout: fixture('codex/noop.rollout') })).toMatch(/of another run/)
    expect(await fault(log, { rollout: fixture('codex/noop') })).toMatch(/both log files/)
    expect(await fault(log, { rollout: fixture('claude/ok.transcript') })).toMatch(/of another run/)
  })
})

describe('damaged files', () => {
  it('[O08] are explained by what can be read of them, and the rest is counted', async () => {
    const zeros = Buffer.concat([Buffer.alloc(5_000), Buffer.from(fixtureText('codex/fail'))])
    const told = await explanation(await file('zeros.jsonl', zeros))
    expect(told).toMatchObject({ engine: 'codex', status: 'ended', lastExit: 3 })
    expect(told.why.join()).toContain('lines skipped: 1 (1 not a JSON object)')
    const cut = fixtureText('codex/ok').slice(0, -20)
    const half = await explanation(await file('half.jsonl', cut))
    expect(half).toMatchObject({ status: 'ended', result: 'crashed', lastExit: 0 })
    const latin = Buffer.from(
      fixtureText('codex/ok').replace('Writing the file.', 'caf\u00e9'),
      'latin1',
    )
    expect(await explanation(await file('latin.jsonl', latin))).toMatchObject({ result: 'claimed' })
  })
})

describe('large files', () => {
  it('[O08] take no more memory than small ones', async () => {
    const path = join(dir, 'large.jsonl')
    const out = await open(path, 'w')
    const [head = '', begun = ''] = fixtureText('codex/ok').split('\n')
    await out.write(`${head}\n${begun}\n`)
    const command = (id: number) =>
      `{"type":"item.completed","item":{"id":"item_${id}","type":"command_execution","command":"step ${id}","aggregated_output":"${'y'.repeat(900)}","exit_code":${id % 7},"status":"completed"}}\n`
    const block = Buffer.from(Array.from({ length: 1_000 }, (_, id) => command(id)).join(''))
    const blocks = Math.ceil((200 * 2 ** 20) / block.length)
    for (let written = 0; written < blocks; written += 1) await out.write(block)
    // A hole: one line of 300 MB of zeros, which costs no disk.
    const { size } = await out.stat()
    await out.truncate(size + 300 * 2 ** 20)
    await out.write(
      '\n{"type":"turn.completed","usage":{"input_tokens":9,"output_tokens":1}}\n',
      size + 300 * 2 ** 20,
    )
    await out.close()

    const before = process.memoryUsage.rss()
    let peak = before
    const sampler = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }, 5)
    const told = await explanation(path)
    clearInterval(sampler)
    expect(told).toMatchObject({ result: 'claimed', tokens: 10, lastCommand: 'step 999' })
    expect(told.why.join()).toMatch(/lines skipped: 1 \(1 too long\)/)
    expect(Math.max(peak, process.memoryUsage.rss()) - before).toBeLessThan(250 * 2 ** 20)
  }, 20_000)
})
