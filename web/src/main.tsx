import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { AppProviders } from '@/app/AppProviders';
import { Gate } from '@/app/Gate';
import '@/app/styles.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <BrowserRouter>
        <AppProviders>
          <Gate />
        </AppProviders>
      </BrowserRouter>
    </StrictMode>,
  );
}
