import { describe, expect, it } from 'vitest'
import { newFactStore } from '../../../src/hub/fact-store.ts'
import type { FactDraft, PrFact } from '../../../state/facts.ts'
import { pullValue } from '../../setup/fact-values.ts'

const TOKEN = `ghp_${'a1B2'.repeat(9)}`

const pr = (title: string): PrFact =>
  pullValue(1, { title, url: `https://ann:${TOKEN}@git.invalid/acme/app/pull/1` })
const draft = (key: string, value: PrFact | null): FactDraft => ({ kind: 'pr', key, at: 3, value })

describe('the store of facts', () => {
  it('[O06] [A10] lets no secret in, by value or key, for listeners and for those who ask', () => {
    const store = newFactStore('practice')
    const heard: unknown[] = []
    store.onChange(changes => heard.push(changes))
    store.put('github', [draft(`acme/app#${TOKEN}`, pr(`Rotate ${TOKEN}`))])
    expect(store.all()).toMatchObject([
      {
        key: 'acme/app#[redacted]',
        source: 'github',
        value: {
          title: 'Rotate [redacted]',
          url: 'https://[redacted]@git.invalid/acme/app/pull/1',
        },
      },
    ])
    expect(JSON.stringify([heard, store.all()])).not.toContain('a1B2')
  })

  it('keeps a fact under its key until it is told to be gone', () => {
    const store = newFactStore('practice')
    store.put('github', [draft('a', pr('one')), draft('b', pr('two'))])
    store.put('github', [draft('a', pr('three')), draft('b', null)])
    expect(store.value('pr', 'a')?.title).toBe('three')
    expect(store.value('pr', 'b')).toBeUndefined()
    expect(store.all(['lane'])).toEqual([])
    expect(store.all(['pr'])).toHaveLength(1)
  })
})
