import type { ReadStream } from 'node:tty'
import { expect, it } from 'vitest'
import { runConsole } from '../../../src/console/run-console.tsx'
import type { HubClient } from '../../../src/rpc/client-api.ts'

/** What a terminal says that went away, or that belongs to another job. */
const gone = {
  setRawMode: () => {
    throw new Error('setRawMode EIO')
  },
} as unknown as ReadStream

it('a console that cannot have its terminal lets go of its hub: nothing keeps the program', async () => {
  let isClosed = false
  const client = {
    close: () => {
      isClosed = true
    },
  } as HubClient
  const connect = () => Promise.reject(new Error('not asked for'))
  expect(await runConsole({ client, connect, profile: 'yard', stdin: gone })).toBe(1)
  expect(isClosed).toBe(true)
})
