'use client';

import { useSyncExternalStore } from 'react';
import { session } from './search.js';

export default function Search() {
  const { subscribe, getSnapshot } = session;
  const { results, order, status } = useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
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
