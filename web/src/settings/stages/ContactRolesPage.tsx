import { Navigate } from 'react-router';

/** /settings/contact-roles: the option set of the roles, which has the editor. */
export default function ContactRolesPage() {
  return <Navigate to="/settings/option-sets/contact_role" replace />;
}
