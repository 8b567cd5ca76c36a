/** Stands in for react-devtools-core, which Ink imports only under DEV. */
export default {}
