import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { transientWords, variablesFor } from '../../../adapters/systemd/transient-unit.ts'

const word = fc.string({ unit: 'grapheme-ascii' })
const place = word.map(text => `/srv/${text}`)

describe('the words that make a unit', () => {
  it('[B01] end in those of its program, which systemd leaves as they are', () => {
    fc.assert(
      fc.property(fc.array(word), place, place, (argv, cwd, stdin) => {
        const words = transientWords({
          name: 'a.service',
          description: 'Lane a',
          argv: ['/bin/sh', ...argv],
          cwd,
          stdin,
          stdout: '/srv/out',
          stderr: '/srv/err',
          variables: [],
        })
        const end = words.indexOf('--')
        const told = words.slice(end + 1)
        // A dollar that stands alone would be taken for a variable.
        expect(told.join('').replaceAll('$$', '')).not.toContain('$')
        expect(told.map(each => each.replaceAll('$$', '$'))).toEqual(['/bin/sh', ...argv])
        const options = words.slice(0, end)
        expect(options).toContain(`--property=WorkingDirectory=${cwd}`)
        expect(options).toContain(`--property=StandardInput=file:${stdin}`)
        expect(options.every(option => option.startsWith('--'))).toBe(true)
      }),
    )
  })

  it('[A10] [B01] name variables and never hold their values', () => {
    const env = {
      TOKEN: 'fake-value',
      LINES: 'a\n\tb',
      'BASH_FUNC_x%%': '() { :; }',
      '2ND': 'x',
      BELL: '\u0007',
      EMPTY: '',
      GONE: undefined,
    }
    const variables = variablesFor(env)
    expect(variables).toEqual(['TOKEN', 'LINES', 'EMPTY'])
    const files = { cwd: '/', stdin: '/i', stdout: '/o', stderr: '/e' }
    const unit = { name: 'a.service', description: 'Lane a', argv: ['x'], ...files }
    const words = transientWords({ ...unit, variables })
    expect(words.filter(each => each.startsWith('--setenv'))).toEqual([
      '--setenv=TOKEN',
      '--setenv=LINES',
      '--setenv=EMPTY',
    ])
    expect(words.join(' ')).not.toContain('fake-value')
  })
})
