import { describe, expect, it } from 'vitest'
import { judgeHub } from '../../../src/client/connect.ts'
import { PROTOCOL } from '../../../src/rpc/hub-api.ts'

const mine = { version: '1.2.0+aa', configHash: 'h' }
const hub = (change: object) => ({
  protocol: PROTOCOL,
  version: '1.2.0+aa',
  configHash: 'h',
  pid: 7,
  busy: false,
  others: 0,
  ...change,
})

describe('[O11] a hub that runs already', () => {
  it.each([
    ['the same', {}, 'use'],
    ['newer, of the same protocol', { version: '1.10.0+bb', configHash: 'h' }, 'use'],
    ['older', { version: '1.1.9+aa' }, 'replace'],
    ['older, with other clients', { version: '1.1.9+aa', others: 2 }, 'replace'],
    ['older, and busy', { version: '1.1.9+aa', busy: true }, 'wait'],
    ['of an older protocol', { protocol: PROTOCOL - 1 }, 'replace'],
    ['of a newer protocol', { protocol: PROTOCOL + 1, version: '2.0.0' }, 'refuse'],
    ['of another build', { version: '1.2.0+bb' }, 'replace'],
    ['of another build, in use', { version: '1.2.0+bb', others: 1 }, 'refuse'],
    [
      'of another build and config, in use',
      { version: '1.2.0+bb', configHash: 'x', others: 1 },
      'refuse',
    ],
    ['on another config', { configHash: 'other' }, 'replace'],
    ['on another config, in use', { configHash: 'other', others: 1 }, 'use'],
    ['on another config, busy', { configHash: 'other', busy: true }, 'use'],
  ])('%s', (_what, change, fate) => {
    expect(judgeHub(hub(change), mine).kind).toBe(fate)
  })

  it('says what to do when it is not understood', () => {
    const fate = judgeHub(hub({ protocol: PROTOCOL + 1 }), mine)
    expect(fate).toMatchObject({
      message: expect.stringMatching(/newer than this program.*update/),
    })
  })

  it('says so when it is used although it differs', () => {
    const fate = judgeHub(hub({ configHash: 'other', others: 1 }), mine)
    expect(fate).toMatchObject({ message: expect.stringMatching(/another configuration.*stop/) })
  })
})
