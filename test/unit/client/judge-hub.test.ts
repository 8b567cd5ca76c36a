import { describe, expect, it } from 'vitest'
import { judgeHub } from '../../../src/client/connect.ts'
import { PROTOCOL } from '../../../src/rpc/hub-api.ts'

const mine = { version: '1.2.0', configHash: 'h' }
const hub = (change: object) => ({
  protocol: PROTOCOL,
  version: '1.2.0',
  configHash: 'h',
  pid: 7,
  ...change,
})

describe('[O11] a hub that runs already', () => {
  it.each([
    ['the same', {}, 'use'],
    ['newer, of the same protocol', { version: '1.10.0' }, 'use'],
    ['older', { version: '1.1.9' }, 'replace'],
    ['of an older protocol', { protocol: PROTOCOL - 1 }, 'replace'],
    ['of a newer protocol', { protocol: PROTOCOL + 1, version: '2.0.0' }, 'refuse'],
    ['on another config', { configHash: 'other' }, 'replace'],
  ])('%s', (_what, change, fate) => {
    expect(judgeHub(hub(change), mine).kind).toBe(fate)
  })

  it('says what to do when it is not understood', () => {
    const fate = judgeHub(hub({ protocol: PROTOCOL + 1 }), mine)
    expect(fate).toMatchObject({
      message: expect.stringMatching(/newer than this program.*update/),
    })
  })
})
