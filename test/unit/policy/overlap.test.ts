import { describe, expect, it } from 'vitest'
import { checksOf, filesNamedIn, outputOf } from '../../../src/policy/brief.ts'
import { overlapWarnings } from '../../../src/policy/overlap.ts'

const BRIEF = `# TASK
Mend \`src/api/login.ts\` (see https://docs.test/a/page.html, v1.2.3) and README.md.
# DO
Commit it.
# DO NOT
Push.
# OUTPUT
A summary in ./out/REPORT.md, and nothing else.
# STOP
Then.
## CHECK
- \`npm test\`
1. \`test -f out/REPORT.md\`.
Run also:
\`\`\`sh
# not this line
npm run lint
\`\`\`
`

describe('a brief', () => {
  it('[B04] says what is to be checked: lines in backticks and in fences under CHECK', () => {
    expect(checksOf(BRIEF)).toEqual(['npm test', 'test -f out/REPORT.md', 'npm run lint'])
    expect(checksOf(BRIEF.replace('## CHECK', '## NOTES'))).toEqual([])
  })

  it('[B03] says which file it asks for', () => {
    expect(outputOf(BRIEF)).toBe('out/REPORT.md')
    expect(outputOf('# OUTPUT\nOne commit on your branch.\n# STOP\nThen, with notes.md.')).toBe(
      null,
    )
  })

  it('names files, and no addresses and versions', () => {
    expect(filesNamedIn(BRIEF)).toEqual(['src/api/login.ts', 'README.md', 'out/REPORT.md'])
  })

  it('is read in no time, whatever it holds', () => {
    const started = performance.now()
    for (const part of ['a/', '.', 'a-', '@', '`', '~/']) {
      const text = `# CHECK\n${part.repeat(120_000)}`
      filesNamedIn(text)
      outputOf(text)
      checksOf(text)
    }
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('the overlap of a lane with others', () => {
  const night = { lane: 'night', changed: ['src/api/login.ts', 'docs/README.md'], named: [] }

  it('[B11] is told by file and lane, changed before merely named', () => {
    const docs = { lane: 'docs', changed: [], named: ['README.md', 'api/login.ts'] }
    expect(overlapWarnings(['src/api/login.ts', 'README.md'], [night, docs])).toEqual([
      'src/api/login.ts is changed by the lane night too',
      'README.md is named in the brief of the lane docs too',
      'api/login.ts is named in the brief of the lane docs too',
    ])
    expect(overlapWarnings(['/srv/app/src/api/login.ts'], [night])).toHaveLength(1)
  })

  it('[B11] is none for files of one name in other directories', () => {
    expect(overlapWarnings(['README.md', 'login.ts', 'web/api/login.ts'], [night])).toEqual([])
  })

  it('is bounded', () => {
    const many = Array.from({ length: 30 }, (_, index) => `src/file-${index}.ts`)
    const lines = overlapWarnings(many, [{ lane: 'all', changed: many, named: many }])
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toBe('and 20 more files are shared')
  })
})
