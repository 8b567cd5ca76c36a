import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mentionsIn } from '../../../adapters/models/mentions.ts'
import { brokenRule, matchesModel } from '../../../state/model-rule.ts'

describe('a rule for models', () => {
  it.each<[string, string, string | null]>([
    ['gpt-5.5', 'bans nothing', null],
    ['gpt-5.5-spark', '*-spark', 'banned *-spark'],
    ['GPT-5.5-Spark', '*-spark', 'banned *-spark'],
    ['gpt-5.5-sparkle', '*-spark', null],
    ['vendor/claude-opus-5', '*opus*', 'banned *opus*'],
    ['gpt-5.5', 'gpt-5.5', 'banned gpt-5.5'],
    ['gpt-5x5', 'gpt-5.5', null],
  ])('[B06] %s under %s', (model, ban, rule) => {
    expect(brokenRule(model, { allowed: [], banned: [ban] })).toBe(rule)
  })

  it('[B06] lets run only what is allowed, where any is named, and a ban goes before it', () => {
    const rules = { allowed: ['gpt-*'], banned: ['*-spark'] }
    expect(brokenRule('gpt-5.5', rules)).toBeNull()
    expect(brokenRule('opus', rules)).toBe('not allowed')
    expect(brokenRule('gpt-5.5-spark', rules)).toBe('banned *-spark')
  })

  it('matches as a pattern of the same meaning does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.'), maxLength: 12 })
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '*'), maxLength: 8 })
    fc.assert(
      fc.property(glob, text, (pattern, model) => {
        const source = pattern.replaceAll('.', '\\.').replaceAll('*', '.*')
        expect(matchesModel(pattern, model)).toBe(new RegExp(`^${source}$`, 's').test(model))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('models that a text names', () => {
  const named = (text: string) => mentionsIn(text).map(({ model, line }) => `${line} ${model}`)

  it.each<[string, readonly string[]]>([
    ['codex exec --model gpt-5.5-spark -', ['1 gpt-5.5-spark']],
    ['codex exec -m gpt-5.5 - < b; claude -p --model=opus', ['1 opus', '1 gpt-5.5']],
    ['MODEL=gpt-5.5\ncodex exec -m "$MODEL" -', ['1 gpt-5.5']],
    ['export ANTHROPIC_MODEL="claude-opus-5"', ['1 claude-opus-5']],
    ['model = "gpt-5.5"\n[profiles.x]\nmodel = \'o9\'', ['1 gpt-5.5', '3 o9']],
    ['{\n  "model": "opus",\n  "theme": "dark"\n}', ['2 opus']],
    ['codex exec -c model=o9 -', ['1 o9']],
    ['# codex --model o9\n// model = "o9"', []],
    ['git commit -m spark', []],
    ['python3 -m http.server', []],
    ['the model is good', []],
  ])('[B06] %j', (text, mentions) => {
    expect(named(text)).toEqual(mentions)
  })

  it('reads hostile text in bounded time', () => {
    const text = `model${' '.repeat(2_000_000)}\n${'model='.repeat(300_000)}\n--model${'\t'.repeat(500_000)}`
    const before = performance.now()
    expect(mentionsIn(text).length).toBeLessThanOrEqual(1_000)
    expect(performance.now() - before).toBeLessThan(1_000)
  })
})
