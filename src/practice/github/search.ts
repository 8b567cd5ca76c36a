/** The few words of GitHub's search that name pull requests: repo, is, base, merged. */
import type { RepositoryModel } from './model.ts'
import { isOpen, type Pull } from './pull.ts'

export interface Found {
  repository: RepositoryModel
  pull: Pull
}

const IS: Record<string, (pull: Pull) => boolean> = {
  pr: () => true,
  open: isOpen,
  closed: pull => !isOpen(pull),
  merged: pull => pull.landed !== null,
  unmerged: pull => pull.landed === null,
  draft: pull => pull.isDraft,
}

/** Qualifier → whether a pull request fits its value. A word we do not know fits nothing. */
const QUALIFIERS: Record<string, (found: Found, value: string) => boolean> = {
  type: (_, value) => value === 'pr',
  is: ({ pull }, value) => IS[value]?.(pull) ?? false,
  base: ({ pull }, value) => pull.base === value,
  author: ({ pull }, value) => pull.author === value,
  merged: ({ pull }, value) => {
    const since = Date.parse(value.replace(/^>=?/, ''))
    return pull.landed !== null && pull.landed.at >= since
  },
}

/** Pull requests that fit every qualifier of `query`; several `repo:` are alternatives. */
export function searchPulls(repositories: readonly RepositoryModel[], query: string): Found[] {
  const terms = query.split(/\s+/).filter(term => term !== '' && !term.startsWith('sort:'))
  const repos = terms.filter(term => term.startsWith('repo:')).map(term => term.slice(5))
  const others = terms.filter(term => !term.startsWith('repo:'))
  return repositories
    .filter(repository => repos.length === 0 || repos.includes(repository.fullName))
    .flatMap(repository => repository.pulls().map(pull => ({ repository, pull })))
    .filter(found =>
      others.every(term => {
        const colon = term.indexOf(':')
        return QUALIFIERS[term.slice(0, colon)]?.(found, term.slice(colon + 1)) ?? false
      }),
    )
}
