import { describe, expect, it } from 'vitest'
import { runCommand } from '../../../adapters/command.ts'

const node = (script: string, limits?: Parameters<typeof runCommand>[2]) =>
  runCommand(process.execPath, ['-e', script], limits)

describe('a program run by its argument list', () => {
  it('hands back exit, output and errors; what shells would read stays text', async () => {
    const script = 'console.log(process.argv[1]); console.error("e"); process.exit(3)'
    const run = await runCommand(process.execPath, ['-e', script, '$(id); *'])
    expect(run).toEqual({ kind: 'exited', code: 3, stdout: '$(id); *\n', stderr: 'e\n' })
  })

  it('says what kept it from its end', async () => {
    expect(await runCommand('dockmaster-no-such-program', [])).toEqual({ kind: 'missing' })
    expect(await runCommand('/etc/passwd', [])).toMatchObject({
      kind: 'broken',
      message: expect.stringContaining('EACCES'),
    })
    const slow = await node('setInterval(() => {}, 1000)', { timeoutMs: 200 })
    expect(slow).toEqual({ kind: 'broken', message: 'it gave no answer within 200 ms' })
    const loud = await node('for (;;) console.log("x".repeat(1000))', { maxBytes: 10_000 })
    expect(loud).toEqual({ kind: 'broken', message: 'it printed more than 10000 bytes' })
    const killed = await node('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)')
    expect(killed).toEqual({ kind: 'broken', message: 'it was ended by SIGTERM' })
    const stopping = new AbortController()
    const stopped = node('setInterval(() => {}, 1000)', { signal: stopping.signal })
    stopping.abort()
    expect(await stopped).toEqual({ kind: 'broken', message: 'it was stopped with the console' })
  })

  it('one that waits for input meets its end', async () => {
    const run = await node('process.stdin.on("end", () => console.log("eof")).resume()')
    expect(run).toMatchObject({ kind: 'exited', code: 0, stdout: 'eof\n' })
  })
})
