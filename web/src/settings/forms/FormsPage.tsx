import { Route, Routes } from 'react-router';
import { NotFound } from '@/ui/NotFound';
import { FormList } from './FormList';
import { FormPage } from './FormPage';
import '../print/print.css';
import './forms.css';

/** /settings/forms: the forms of the web, and the editor of one. */
export default function FormsPage() {
  return (
    <Routes>
      <Route index element={<FormList />} />
      <Route path=":id" element={<FormPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
