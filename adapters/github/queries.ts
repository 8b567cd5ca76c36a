/** The two questions put to GitHub's GraphQL, each a page of one repository's open pull requests. */

/** Oldest first: new ones then come at the end, and pages do not shift while they are read. */
const OPEN_PAGE =
  'pullRequests(states: OPEN, first: 50, after: $cursor, orderBy: {field: CREATED_AT, direction: ASC})'

const PAGE_INFO = 'pageInfo { hasNextPage endCursor }'

/** Open pull requests; with the first page also those that were merged last. */
export const PULLS_QUERY = `
query pulls($owner: String!, $name: String!, $cursor: String, $landed: Boolean!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { name }
    open: ${OPEN_PAGE} {
      ${PAGE_INFO}
      nodes {
        number title url isDraft createdAt updatedAt
        author { login }
        headRefName headRefOid baseRefName
        mergeStateStatus reviewDecision
        additions deletions changedFiles
        mergeQueueEntry { position }
        statusCheckRollup { state }
      }
    }
    landed: pullRequests(states: MERGED, first: 100, orderBy: {field: UPDATED_AT, direction: DESC})
      @include(if: $landed) {
      nodes {
        number title createdAt mergedAt baseRefName
        mergedBy { login }
        headRefName headRefOid
        mergeCommit { oid tree { oid } statusCheckRollup { state } }
        commits(last: 1) { nodes { commit { oid tree { oid } statusCheckRollup { state } } } }
      }
    }
  }
}`

/** Counts of checks, apart: a token may be allowed the verdict and not the contexts. */
export const COUNTS_QUERY = `
query counts($owner: String!, $name: String!, $cursor: String) {
  repository(owner: $owner, name: $name) {
    open: ${OPEN_PAGE} {
      ${PAGE_INFO}
      nodes {
        number
        statusCheckRollup {
          contexts(first: 1) {
            totalCount
            checkRunCountsByState { state count }
            statusContextCountsByState { state count }
          }
        }
      }
    }
  }
}`
