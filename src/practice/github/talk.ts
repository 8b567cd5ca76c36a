/** What is said on a pull request: comments and reviews. */
import type { Comment, Pull, Review } from './pull.ts'
import type { Rules } from './rules.ts'

let lastId = 5_000_000
const nextId = (): number => {
  lastId += 1
  return lastId
}

export function addComment(pull: Pull, by: string, body: string, at: number): Comment {
  const comment = { id: nextId(), by, body, at }
  pull.comments.push(comment)
  pull.updatedAt = at
  return comment
}

export interface ReviewDraft {
  by: string
  state: Review['state']
  body: string
  commit: string
  at: number
}

/** Why GitHub refuses a review; null when it takes it. */
export function reviewFault(pull: Pull, { by, state }: ReviewDraft): string | null {
  if (by !== pull.author || state === 'COMMENTED') return null
  return state === 'APPROVED'
    ? 'Can not approve your own pull request'
    : 'Can not request changes on your own pull request'
}

export function addReview(pull: Pull, draft: ReviewDraft, rules: Rules): Review {
  const review = { id: nextId(), ...draft }
  pull.reviews.push(review)
  pull.updatedAt = draft.at
  pull.reviewDecision = decisionOf(pull, rules)
  return review
}

/** Its word counts no more. */
export function dismissReview(pull: Pull, review: Review, at: number, rules: Rules): Review {
  review.state = 'DISMISSED'
  pull.updatedAt = at
  pull.reviewDecision = decisionOf(pull, rules)
  return review
}

/** The last word of each reviewer counts; a comment is none. */
export function decisionOf(pull: Pull, { requiredReviews }: Rules): Pull['reviewDecision'] {
  const words = new Map(
    pull.reviews.flatMap(({ by, state }) =>
      state === 'COMMENTED' || state === 'DISMISSED' ? [] : [[by, state] as const],
    ),
  )
  const said = [...words.values()]
  if (said.includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED'
  const approvals = said.filter(state => state === 'APPROVED').length
  if (requiredReviews === 0) return approvals > 0 ? 'APPROVED' : null
  return approvals >= requiredReviews ? 'APPROVED' : 'REVIEW_REQUIRED'
}
