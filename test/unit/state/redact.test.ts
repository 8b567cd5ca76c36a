import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REDACTED, redact, redactJson } from '../../../state/redact.ts'

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const run = (length: number, unit = ALPHANUMERIC) =>
  fc.string({ unit: fc.constantFrom(...unit.split('')), minLength: length, maxLength: length })

/** A token of each form, with the part of it that must not be seen. */
const token: fc.Arbitrary<{ token: string; secret: string }> = fc.oneof(
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map(prefix =>
    run(36).map(secret => ({ token: prefix + secret, secret })),
  ),
  run(60).map(secret => ({ token: `github_pat_${secret}`, secret })),
  run(40).map(secret => ({ token: `sk-${secret}`, secret })),
  run(40).map(secret => ({ token: `sk-ant-api03-${secret}`, secret })),
  run(40).map(secret => ({ token: `sk-proj-${secret}`, secret })),
  run(24).map(secret => ({ token: `xoxb-1234567890-${secret}`, secret })),
  run(16, UPPER).map(secret => ({ token: `AKIA${secret}`, secret })),
  fc.tuple(run(20), run(30), run(43)).map(([head, body, signature]) => ({
    token: `eyJ${head}.eyJ${body}.${signature}`,
    secret: signature,
  })),
  run(64).map(secret => ({
    token: `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----`,
    secret,
  })),
  run(64).map(secret => ({ token: `-----BEGIN RSA PRIVATE KEY-----\n${secret}`, secret })),
)

/** Values that only their place gives away. */
const placed: fc.Arbitrary<{ text: string; secret: string }> = run(12).chain(secret =>
  fc
    .constantFrom(
      `token=${secret}`,
      `password: ${secret}`,
      `DB_PASSWORD=${secret}`,
      `AWS_SECRET_ACCESS_KEY=${secret}`,
      `SOME_KEY=${secret}`,
      `?key=${secret}&page=2`,
      `{"access_token":"${secret}","n":1}`,
      `{"apiKey": "${secret}"}`,
      JSON.stringify(JSON.stringify({ client_secret: secret })),
      `{'passwd': '${secret}'}`,
      `curl --token ${secret} x`,
      `Authorization: Bearer ${secret}`,
      `-H 'authorization: token ${secret}'`,
      `{"Authorization":"Basic ${secret}"}`,
      `Cookie: session=${secret}; theme=dark`,
      `https://user:${secret}@git.example/x.git`,
      `https://${secret}@git.example/x.git`,
      `postgres://app:${secret}@db:5432/app`,
      `password="two words ${secret}"`,
      `password=back\\slash${secret}`,
    )
    .map(text => ({ text, secret })),
)

/** What stands around a token in logs: also the end of an escape, which is no part of a word. */
const around = fc.constantFrom(
  '',
  ' ',
  '"',
  "'",
  '\n',
  '\\n',
  '\\u0022',
  '%3D',
  '\x1b[32m',
  '(',
  ',',
  ': ',
  '=',
  '/',
  '@',
)

describe('redact', () => {
  it('[A10] [O06] takes out every token that its form gives away, wherever it stands', () => {
    fc.assert(
      fc.property(token, around, around, fc.string(), (planted, left, right, text) => {
        const seen = redact(`${text} ${left}${planted.token}${right} ${text}`)
        expect(seen).not.toContain(planted.secret)
        expect(seen).toContain(REDACTED)
      }),
      { numRuns: 2_000 },
    )
  })

  it('[A10] [O06] takes out every value that its name or place gives away', () => {
    fc.assert(
      fc.property(
        placed,
        fc.constantFrom('', 'at ', '\n'),
        fc.constantFrom('', ' ', '\nnext'),
        (planted, left, right) => {
          expect(redact(left + planted.text + right)).not.toContain(planted.secret)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('[O06] takes them out of JSON values, names and all, and keeps the rest of the value', () => {
    fc.assert(
      fc.property(token, run(20), (planted, plain) => {
        const value = {
          list: [`x ${planted.token}`, 1, null],
          [planted.token]: true,
          password: plain,
        }
        const seen = redactJson(value)
        expect(JSON.stringify(seen)).not.toContain(planted.secret)
        expect(JSON.stringify(seen)).not.toContain(plain)
        expect(seen.list.slice(1)).toEqual([1, null])
      }),
    )
  })

  it('redacts a second time to the same text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            token.map(each => each.token),
            placed.map(each => each.text),
            fc.string(),
          ),
        ),
        parts => {
          const once = redact(parts.join(' '))
          expect(redact(once)).toBe(once)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  const word = fc.constantFrom(
    'lane',
    'working',
    'merge',
    'tokens',
    '412',
    'total_tokens: 41k',
    'a1b2c3',
    'exit 0',
    'key',
    'keys:',
    'monkey=3',
    'task-runner-with-a-long-name',
    'disk-usage-of-the-build-host',
    'ssh://git@git.example/o/r.git',
    'https://git.example/o/r/pull/12?diff=split',
    'git@git.example:o/r.git',
    'token: present',
    'tokens=12',
    'GITHUB_TOKEN=$GITHUB_TOKEN',
    'secrets are listed by name',
    'if (token === null) return',
    '→',
    'größer',
    '日本語',
  )
  const sha = run(40, '0123456789abcdef')
  const path = fc
    .array(fc.stringMatching(/^[a-z][a-z0-9_.-]{0,20}$/), { minLength: 1, maxLength: 6 })
    .map(parts => `/${parts.join('/')}`)

  it('[A10] leaves plain text, SHAs and paths as they are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(word, sha, path), { maxLength: 30 }), parts => {
        const text = parts.join(' ')
        expect(redact(text)).toBe(text)
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    'a',
    'token=',
    'token="',
    'token:\\"',
    'sk-',
    'eyJ',
    'eyJa.',
    '://',
    '://a',
    '://a:',
    'http://@',
    '--',
    '--a-',
    '-----BEGIN PRIVATE KEY-----',
    'bearer ',
    'Authorization: ',
    'cookie: ',
    'cookie: a=',
    'gh',
    'ghp_',
    'xoxb-',
    '\\',
    '\\"',
    'password="\\',
    '[0;',
    'm',
    ' ',
    '@',
    '_KEY=',
    'key=\\\\\\"a',
    '\n',
    'x=',
  ])('takes time in proportion to the text: 1 MB of %j', unit => {
    const text = unit.repeat(Math.ceil(2 ** 20 / unit.length))
    const begun = process.cpuUsage()
    redact(text)
    const { user, system } = process.cpuUsage(begun)
    // A pattern that backtracks takes minutes here; a linear one far less than a second.
    expect((user + system) / 1_000).toBeLessThan(3_000)
  })
})
