/** A terminal of the host, over every transport. */
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTerminalIn } from '../../adapters/remote-terminal.ts'
import type { Terminal } from '../../adapters/transport.ts'
import { eventually } from '../setup/eventually.ts'
import { overEveryHost } from './parts/every-host.ts'
import { isAlive } from './parts/processes.ts'

const hasPty = existsSync(new URL('../../node_modules/node-pty', import.meta.url))

overEveryHost('what a person sees', on => {
  describe.skipIf(!hasPty)('a terminal', () => {
    const term = 'xterm-256color'
    /** What the terminal shows, and a way to wait for it. */
    const shown = (terminal: Terminal) => {
      let text = ''
      terminal.output.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      return (what: RegExp) =>
        eventually(`${what} is shown`, () => what.exec(text)).catch((error: unknown) => {
          throw new Error(`${String(error)}\n${JSON.stringify(text)}`)
        })
    }

    it('[N06] has the size it is given, also after a resize, and the exit of its command', async () => {
      const size = { columns: 91, rows: 33 }
      const terminal = await on.transport.terminal('exec sh', { size, term })
      const until = shown(terminal)
      terminal.input.write('stty size; echo "[$TERM]"; tty\n')
      await until(/33 91\r\n\[xterm-256color\]\r\n\/dev\//)
      terminal.resize({ columns: 120, rows: 50 })
      terminal.input.write('stty size\n')
      await until(/50 120\r\n/)
      terminal.input.write('exit 7\n')
      expect(await terminal.exit).toEqual({ code: 7, signal: null })
    })

    it('[N06] opens in a directory whatever its name holds, which is never shell text', async () => {
      const tricky = `it's "a" $(touch ran) \`touch ran\` ; touch ran # ü 日本 \\ * `
      const directory = join(on.host.dir, tricky)
      mkdirSync(directory)
      chmodSync(directory, 0o777)
      const size = { columns: 200, rows: 24 }
      const terminal = await openTerminalIn(on.transport, directory, { size, term })
      const until = shown(terminal)
      terminal.input.write('printf "%s|" "$PWD" | od -An -tx1 | tr -d " \\n"; echo " end"\n')
      await until(new RegExp(`${Buffer.from(`${directory}|`).toString('hex')} end`))
      terminal.input.write('exit\n')
      expect(await terminal.exit).toEqual({ code: 0, signal: null })
      expect(existsSync(join(directory, 'ran'))).toBe(false)
    })

    it('[N06] refuses a directory that cannot be typed, and ends in one that is not there', async () => {
      const options = { size: { columns: 80, rows: 24 }, term }
      for (const directory of ['/a\nb', '/a\u0003b', 'here', `/${'x'.repeat(4_000)}`]) {
        await expect(openTerminalIn(on.transport, directory, options)).rejects.toMatchObject({
          failure: { kind: 'refused' },
        })
      }
      const gone = await openTerminalIn(on.transport, join(on.host.dir, 'not there'), options)
      const until = shown(gone)
      await until(/not there/)
      expect(await gone.exit).toEqual({ code: 66, signal: null })
    })

    it('[N06] hangs up what runs there when it is closed', async () => {
      const size = { columns: 80, rows: 24 }
      const terminal = await on.transport.terminal('exec sh', { size, term })
      const until = shown(terminal)
      terminal.input.write(`echo "pids $$ end"; sh -c 'echo "and $$ end"; exec sleep 300'\n`)
      const found = await until(/pids (\d+) end\r\nand (\d+) end\r\n/)
      const pids = found.slice(1).map(Number)
      expect(pids.map(isAlive)).toEqual([true, true])
      terminal.close()
      expect(await terminal.exit).toMatchObject({ code: null })
      await eventually('both are gone', () => !pids.some(isAlive))
      terminal.resize(size)
      terminal.input.write('nobody reads this\n')
    })
  })
})
