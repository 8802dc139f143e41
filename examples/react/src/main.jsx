import { StrictMode, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { session } from './search.js';

function Search() {
  const { results, order, status } = useSyncExternalStore(session.subscribe, session.getSnapshot);
  return (
    <>
      <input
        type="search"
        aria-label="Search"
        onFocus={session.prepare}
        onChange={(event) => session.setQuery(event.target.value)}
      />
      <p role="status">
        {status}, {order} order
      </p>
      <ol>
        {results.map(({ title, body }) => (
          <li key={title}>
            <h2>{title}</h2>
            <p>{body}</p>
          </li>
        ))}
      </ol>
    </>
  );
}

createRoot(document.querySelector('#root')).render(
  <StrictMode>
    <Search />
  </StrictMode>,
);
